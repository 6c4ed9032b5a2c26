//! Where items stand: each column in the order of its document, as near as that allows to what its items are connected
//! with, so that flows run level.

use assize_model::catalogue::Lineage;

use super::{Column, Group};

/// Height of an item with the space below it.
pub(super) const PITCH: f64 = 13.0;

/// Space between two groups; the name of the lower one stands in it.
const GAP: f64 = 17.0;

/// Places all items, and tells the height of the whole.
pub(super) fn place(columns: &mut [Column], lineages: &[Option<&Lineage>]) -> f64 {
    let Some(tallest) = (0..columns.len()).max_by(|a, b| own(&columns[*a]).total_cmp(&own(&columns[*b])))
    else {
        return 0.0;
    };
    let height = own(&columns[tallest]);
    let mut y = GAP;
    for group in &mut columns[tallest].groups {
        put(group, y);
        y += tall(group) + GAP;
    }
    for at in (0..tallest).rev() {
        let (left, right) = columns.split_at_mut(at + 1);
        align(&mut left[at], &right[0], lineages[at], true, height);
    }
    for at in tallest + 1..columns.len() {
        let (left, right) = columns.split_at_mut(at);
        align(&mut right[0], &left[at - 1], lineages[at - 1], false, height);
    }
    height
}

fn own(column: &Column) -> f64 {
    column.groups.iter().map(|g| tall(g) + GAP).sum()
}

fn tall(group: &Group) -> f64 {
    group.items.len() as f64 * PITCH
}

fn put(group: &mut Group, y: f64) {
    group.y = y;
    for (at, item) in group.items.iter_mut().enumerate() {
        item.y = y + at as f64 * PITCH;
    }
}

/// Moves the groups of a column, in their order and without overlap, as near as possible to where they are wanted.
fn align(column: &mut Column, fixed: &Column, lineage: Option<&Lineage>, is_older: bool, height: f64) {
    let mut offset = GAP;
    let mut offsets = Vec::new();
    let mut wanted: Vec<(f64, f64)> = Vec::new();
    let share = height / own(column).max(1.0);
    for group in &column.groups {
        let place = wish(group, fixed, lineage, is_older).unwrap_or(offset * share);
        wanted.push((place - offset, group.items.len() as f64));
        offsets.push(offset);
        offset += tall(group) + GAP;
    }
    let most = (height - own(column)).max(0.0);
    for ((group, offset), shift) in column.groups.iter_mut().zip(offsets).zip(rising(&wanted)) {
        put(group, offset + shift.clamp(0.0, most));
    }
}

/// Where a group would stand if it were alone: the middle of what it is connected with.
fn wish(group: &Group, fixed: &Column, lineage: Option<&Lineage>, is_older: bool) -> Option<f64> {
    let mut others: Vec<f64> = Vec::new();
    for edge in &lineage?.edges {
        let (own, other) = if is_older { (&edge.from, &edge.to) } else { (&edge.to, &edge.from) };
        if group.items.iter().any(|i| i.id == own) {
            others.extend(fixed.items().find(|i| i.id == other).map(|i| i.y));
        }
    }
    others.sort_by(f64::total_cmp);
    let median = others.get(others.len() / 2)?;
    Some(median + PITCH / 2.0 - tall(group) / 2.0)
}

/// The rising sequence nearest to weighted values: neighbours that fall are pooled until none does.
fn rising(values: &[(f64, f64)]) -> Vec<f64> {
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (value, weight) in values {
        pools.push((*value, *weight, 1));
        while let [.., before, last] = pools.as_mut_slice()
            && before.0 > last.0
        {
            let weight = before.1 + last.1;
            *before = ((before.0 * before.1 + last.0 * last.1) / weight, weight, before.2 + last.2);
            pools.pop();
        }
    }
    pools.into_iter().flat_map(|(value, _, number)| std::iter::repeat_n(value, number)).collect()
}

#[cfg(test)]
mod tests {
    use super::rising;

    #[test]
    fn what_falls_is_pooled() {
        assert_eq!(rising(&[(1.0, 1.0), (5.0, 1.0), (3.0, 1.0), (9.0, 2.0)]), [1.0, 4.0, 4.0, 9.0]);
        assert_eq!(rising(&[]), Vec::<f64>::new());
    }
}
