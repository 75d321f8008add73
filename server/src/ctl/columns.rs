//! Aligns the rows of a table in columns, by display width (Hangul takes two cells).

use unicode_width::UnicodeWidthStr as _;

use super::output::printable;

/// What stands between two columns.
const GAP: usize = 2;

/// The lines of a table: the head, then the rows. Nothing is padded after the last column.
pub(super) fn lines(head: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let head = head.iter().map(ToString::to_string).collect();
    let all: Vec<Vec<String>> =
        std::iter::once(&head).chain(rows).map(|row| row.iter().map(|cell| flat(cell)).collect()).collect();
    let columns = all.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| all.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    all.iter().map(|row| line(row, &widths)).collect()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in row.iter().zip(widths) {
        line.push_str(cell);
        line.push_str(&" ".repeat(width - cell.width() + GAP));
    }
    line.truncate(line.trim_end().len());
    line
}

/// A cell is one line.
fn flat(cell: &str) -> String {
    printable(cell).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_one_another_in_every_script() {
        let rows = [["7", "엄격한-수달", "lobby"], ["12", "ann", ""], ["3", "e\u{1b}[2J", "x"]];
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        let table = lines(&["UID", "NAME", "ROOMS"], &rows);
        assert_eq!(
            table,
            ["UID  NAME         ROOMS", "7    엄격한-수달  lobby", "12   ann", "3    e\u{fffd}[2J        x"]
        );
    }
}
