//! Cells that a spreadsheet program would run: an apostrophe before them on the way out, and off again on the way in.

/// Whether a spreadsheet program takes a cell that begins so as a formula or a command.
fn runs(cell: &str) -> bool {
    cell.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
}

/// The cell so that a spreadsheet program shows it as text.
pub(crate) fn guarded(cell: &str) -> String {
    if runs(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// The cell as it was before [`guarded`].
pub(crate) fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| runs(rest)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_become_text() {
        assert_eq!(guarded("=1+1"), "'=1+1");
        assert_eq!(guarded("'=1"), "''=1");
        assert_eq!(guarded("5.1-1"), "5.1-1");
        assert_eq!(unguarded("'tis"), "'tis");
    }

    proptest! {
        #[test]
        fn any_cell_comes_back(cell in "['=+@a\t-]{0,6}|\\PC*") {
            let out = guarded(&cell);
            prop_assert!(!out.starts_with(['=', '+', '-', '@', '\t']));
            prop_assert_eq!(unguarded(&out), cell);
        }
    }
}
