//! Reads the files that an operator writes: the configuration, what it names, and the keys. They are read again while
//! people chat, so only regular files of a small size are read: a pipe that nobody writes into would stop the server, and
//! a device that never ends would take its memory.

use std::fs::{self, File};
use std::io::{Error, ErrorKind, Read as _, Result};
use std::path::Path;

/// The most bytes of such a file.
pub const MOST: u64 = 1024 * 1024;

/// What is read although it is no regular file: nothing, and the pipes that a shell makes for `<(…)`.
const EXCEPT: [&str; 2] = ["/dev/null", "/dev/fd"];

/// Reads a file whole.
///
/// # Errors
/// When it cannot be read, is no regular file, or has more than [`MOST`] bytes.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() && !EXCEPT.iter().any(|place| path.starts_with(place)) {
        return Err(Error::new(ErrorKind::InvalidInput, "it is no regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST {
        return Err(Error::new(ErrorKind::FileTooLarge, format!("it has more than {MOST} bytes")));
    }
    Ok(bytes)
}

/// Reads a text file whole.
///
/// # Errors
/// As [`read`], and when it is not UTF-8.
pub fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read(path)?).map_err(|_| Error::new(ErrorKind::InvalidData, "it is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::process::Command;
    use std::thread;

    use super::*;

    #[test]
    fn a_pipe_is_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        // Waits for whoever would read, so that a read would end.
        let writer = thread::spawn({
            let pipe = pipe.clone();
            move || drop(OpenOptions::new().write(true).open(pipe).unwrap())
        });
        assert_eq!(read(&pipe).unwrap_err().to_string(), "it is no regular file");
        let reader = OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
        writer.join().unwrap();
        drop(reader);
    }

    #[test]
    fn a_file_is_read_up_to_a_size() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let file = File::create(&path).unwrap();
        file.set_len(MOST).unwrap();
        assert_eq!(read(&path).unwrap().len() as u64, MOST);
        file.set_len(MOST + 1).unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("more than"));
        assert!(read(Path::new("/dev/null")).unwrap().is_empty());
        assert_eq!(read(dir.path()).unwrap_err().to_string(), "it is no regular file");
    }
}
