//! Joins a user's own catalogue to the embedded one: it may add, and never changes what is held.

use super::{Catalogue, Fault, Framework};

impl Catalogue {
    /// Adds what another catalogue holds: new editions, new items of held editions, mappings, lineage, schemes,
    /// concepts, product patterns. What is held stays as it is.
    ///
    /// # Errors
    /// Everything that says something else of an item that is held already.
    pub fn join(mut self, other: Self) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        for framework in other.frameworks {
            match self.frameworks.iter_mut().find(|f| f.id == framework.id) {
                Some(held) => add_items(held, framework, &mut faults),
                None => self.frameworks.push(framework),
            }
        }
        for scheme in other.schemes {
            if self.scheme(&scheme.id).is_some() {
                let message = format!("scheme {} is held already", scheme.id);
                faults.push(fault(&format!("schemes/{}.toml", scheme.id), message, "give it another id"));
            } else {
                self.schemes.push(scheme);
            }
        }
        for spec in other.specs {
            if self.spec(&spec.id).is_some() {
                let message = format!("test specification {} is held already", spec.id);
                faults.push(fault(&format!("test-specs/{}", spec.id), message, "give it another id"));
            } else {
                self.specs.push(spec);
            }
        }
        self.crosswalks.extend(other.crosswalks);
        self.lineages.extend(other.lineages);
        self.lists.concepts.extend(other.lists.concepts);
        self.lists.products.extend(other.lists.products);
        self.frameworks.sort_by(|a, b| a.order().cmp(&b.order()));
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }
}

fn add_items(held: &mut Framework, other: Framework, faults: &mut Vec<Fault>) {
    let file = format!("frameworks/{}.toml", held.id.replacen('@', "/", 1));
    let remedy = "leave it out; what is held cannot be changed from outside";
    for mut requirement in other.requirements {
        match held.requirement(&requirement.id) {
            Some(known) if known.words == requirement.words => {}
            Some(_) => {
                let message = format!("{} holds {} with other words already", held.id, requirement.id);
                faults.push(fault(&file, message, remedy));
            }
            None => {
                requirement.source = other.sources.get(&requirement.source).map_or(String::new(), |words| {
                    let key = format!("own: {}", requirement.source);
                    held.sources.insert(key.clone(), words.clone());
                    key
                });
                held.totals.requirements += 1;
                held.requirements.push(requirement);
            }
        }
    }
    for heading in other.headings {
        match held.headings.iter().find(|h| h.id == heading.id) {
            Some(known) if known.words == heading.words => {}
            Some(_) => {
                let message = format!("{} holds {} with other words already", held.id, heading.id);
                faults.push(fault(&file, message, remedy));
            }
            None => held.headings.push(heading),
        }
    }
}

fn fault(file: &str, message: String, remedy: &str) -> Fault {
    Fault { file: file.to_owned(), line: 0, message, remedy: remedy.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(requirement: &str) -> Catalogue {
        let text = format!(
            "id = \"a@1\"\ntitle = \"A\"\npublisher = \"P\"\ndate = \"2020\"\nlicence = \"L\"\n[sources]\ns1 = \"S\"\n{requirement}"
        );
        Catalogue::read(&[("frameworks/a/1.toml", &text)]).unwrap()
    }

    const ONE: &str =
        "[[requirement]]\nid = \"1\"\nwords = \"one\"\nsource = \"s1\"\nconfidence = \"high\"\n";
    const TWO: &str =
        "[[requirement]]\nid = \"2\"\nwords = \"two\"\nsource = \"s1\"\nconfidence = \"high\"\n";

    #[test]
    fn new_items_are_added() {
        let joined = read(ONE).join(read(TWO)).unwrap();
        let ids: Vec<&str> = joined.frameworks[0].requirements.iter().map(|r| r.id.as_str()).collect();
        assert_eq!(ids, ["1", "2"]);
        let second = &joined.frameworks[0].requirements[1];
        assert_eq!(joined.frameworks[0].sources[&second.source], "S");
        assert_eq!(read(ONE).join(read(ONE)).unwrap(), read(ONE));
    }

    #[test]
    fn characters_that_steer_a_terminal_are_refused() {
        for words in ["a\\u001b]0;x\\u0007", "a\u{202e}b", "a\\eb"] {
            let text = format!(
                "id = \"a@1\"\ntitle = \"{words}\"\npublisher = \"P\"\ndate = \"2020\"\nlicence = \"L\"\n"
            );
            let faults = Catalogue::read(&[("frameworks/a/1.toml", &text)]).unwrap_err();
            assert_eq!(faults[0].line, 2, "{faults:?}");
        }
        let plain = "id = \"a@1\"\ntitle = \"a \\\\u b \\\"c\\\"\"\npublisher = \"P\"\ndate = \"2020\"\nlicence = \"L\"\n";
        assert!(Catalogue::read(&[("frameworks/a/1.toml", plain)]).is_ok());
    }

    #[test]
    fn what_is_held_stays() {
        let faults = read(ONE).join(read(&ONE.replace("one", "other"))).unwrap_err();
        assert!(faults[0].message.contains("a@1 holds 1 with other words"), "{faults:?}");
    }
}
