//! Texts of joins and leaves that stand in one line.

use super::Lang;

/// How many people, and the names of the first of them.
type Named = Option<(usize, String)>;

impl Lang {
    /// So many came, and so many left.
    #[must_use]
    pub fn came_and_left(self, came: Named, left: Named) -> String {
        let came = came.map(|(count, names)| match self {
            Self::En => format!("{count} came ({names})"),
            Self::Ko => format!("{count}명 들어옴 ({names})"),
        });
        let left = left.map(|(count, names)| match self {
            Self::En => format!("{count} left ({names})"),
            Self::Ko => format!("{count}명 나감 ({names})"),
        });
        came.into_iter().chain(left).collect::<Vec<_>>().join(", ")
    }

    /// So many came and left again, and so many left and came back.
    #[must_use]
    pub fn passed_and_returned(self, passed: Named, returned: Named) -> String {
        let passed = passed.map(|(count, names)| match self {
            Self::En => format!("{count} came and left ({names})"),
            Self::Ko => format!("{count}명 들어왔다 나감 ({names})"),
        });
        let returned = returned.map(|(count, names)| match self {
            Self::En => format!("{count} left and came back ({names})"),
            Self::Ko => format!("{count}명 나갔다 돌아옴 ({names})"),
        });
        passed.into_iter().chain(returned).collect::<Vec<_>>().join(", ")
    }
}
