//! Lists in a query.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// Words that a query carries as one value, joined by commas (`OpenAPI`'s `explode: false`).
///
/// ```
/// let list: iampass_client::CommaList = ["head", "body"].into_iter().collect();
/// assert_eq!(list.to_string(), "head,body");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CommaList(String);

/// The words are those that a contract lists; a comma in one would make two of it.
impl<T: AsRef<str>> FromIterator<T> for CommaList {
    fn from_iter<I: IntoIterator<Item = T>>(words: I) -> Self {
        let words: Vec<T> = words.into_iter().collect();
        Self(words.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(","))
    }
}

/// Takes the list as it is written.
impl FromStr for CommaList {
    type Err = Infallible;

    fn from_str(list: &str) -> Result<Self, Infallible> {
        Ok(Self(list.to_owned()))
    }
}

impl fmt::Display for CommaList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_one_text() {
        let list = |words: &[&str]| words.iter().collect::<CommaList>().to_string();
        assert_eq!([list(&[]), list(&["a"]), list(&["b", "a", "b"])], ["", "a", "b,a,b"]);
    }

    #[test]
    fn a_list_that_is_written_is_taken_as_it_is() {
        for text in ["", "a", "a,b", " a, b,", ",,"] {
            let list: CommaList = text.parse().unwrap();
            assert_eq!(
                (list.to_string().as_str(), serde_json::to_value(&list).unwrap()),
                (text, text.into())
            );
        }
    }
}
