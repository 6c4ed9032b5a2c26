//! IXIT 26-UserDec: decisions that wait for each other.

use std::collections::HashMap;

use super::super::file::DeclarationFile::Ixit as File;
use super::super::findings::{Findings, some_of};
use super::Context;
use crate::diagnostic::Diagnostic;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings) {
    let rows = &context.declaration.ixit.user_dec;
    let edges: Vec<(&str, Vec<&str>)> =
        rows.iter().map(|d| (d.id.as_str(), d.after.iter().map(String::as_str).collect())).collect();
    for ring in loops(&edges) {
        let first = ring[0];
        let mut shown = ring.clone();
        shown.push(first);
        let message = format!("each of these decisions waits for the next: {}", some_of(&shown));
        let remedy = "leave one `after` out, so that the flow has a beginning";
        findings.error(|| {
            let diagnostic = Diagnostic::error("D035 endless-flow", message, remedy);
            context.at(File, &["26-UserDec", first, "after"], diagnostic)
        });
    }
}

/// Rings of a directed graph, one for each edge that leads back to a node still on the way. Works without recursion,
/// in time linear in nodes and edges but for the rings it hands out, of which there are at most eight.
fn loops<'a>(edges: &[(&'a str, Vec<&'a str>)]) -> Vec<Vec<&'a str>> {
    const MOST: usize = 8;
    let numbers: HashMap<&str, usize> = edges.iter().enumerate().rev().map(|(i, (id, _))| (*id, i)).collect();
    let mut done = vec![false; edges.len()];
    let mut on_way = vec![false; edges.len()];
    let mut found = Vec::new();
    for start in 0..edges.len() {
        let mut way = if done[start] { Vec::new() } else { vec![(start, 0)] };
        while let Some((node, next)) = way.last_mut() {
            let here = *node;
            on_way[here] = true;
            let Some(target) = edges[here].1.get(*next) else {
                done[here] = true;
                on_way[here] = false;
                way.pop();
                continue;
            };
            *next += 1;
            match numbers.get(target) {
                Some(number) if on_way[*number] && found.len() < MOST => {
                    let ring = way.iter().map(|(n, _)| *n).skip_while(|n| n != number);
                    found.push(ring.map(|n| edges[n].0).collect());
                }
                Some(number) if !done[*number] && !on_way[*number] => way.push((*number, 0)),
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_rings_and_nothing_else() {
        let edges = [
            ("a", vec!["b"]),
            ("b", vec!["c", "missing"]),
            ("c", vec!["a"]),
            ("d", vec!["a"]),
            ("e", vec!["e"]),
            ("f", vec![]),
        ];
        assert_eq!(loops(&edges), [vec!["a", "b", "c"], vec!["e"]]);
        assert!(loops(&[("a", vec!["b"]), ("b", vec![])]).is_empty());
    }

    #[test]
    fn long_chains_need_no_stack() {
        let names: Vec<String> = (0..50_000).map(|n| format!("UserDec-{n}")).collect();
        let mut edges: Vec<(&str, Vec<&str>)> =
            names.windows(2).map(|w| (w[0].as_str(), vec![w[1].as_str()])).collect();
        edges.push((&names[49_999], vec![&names[0]]));
        assert_eq!(loops(&edges)[0].len(), 50_000);
    }
}
