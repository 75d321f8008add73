//! The tables of the configuration file whose keys are names: of actions, of aliases, of events with a hook. What a name may be
//! is checked by those who know them (`app/settings.rs`).

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section(pub Vec<Entry>);

/// A line of one.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name.
    pub name: String,
    /// What it has: a text, or several.
    pub value: Vec<String>,
    /// Where it stands in the file, counted from 1.
    pub line: usize,
}

/// Where it stands is no difference.
impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.value) == (&other.name, &other.value)
    }
}

impl Eq for Entry {}

impl Section {
    /// What a name has.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.name == name)
    }

    /// Gives a name something else, or takes it out.
    pub fn set(&mut self, name: &str, value: Option<Vec<String>>) {
        self.0.retain(|entry| entry.name != name);
        self.0.extend(value.map(|value| Entry { name: name.to_owned(), value, line: 0 }));
    }
}
