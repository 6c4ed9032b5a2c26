//! Drives several visits at once and tells which one is done first.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
};

/// A visit under way.
pub(crate) type Under<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What the next finished one of `under_way` came to; `None` when there is none left.
pub(crate) async fn next<T>(under_way: &mut Vec<Under<'_, T>>) -> Option<T> {
    if under_way.is_empty() {
        return None;
    }
    let (at, came) = poll_fn(|cx| {
        for (at, one) in under_way.iter_mut().enumerate() {
            if let Poll::Ready(came) = one.as_mut().poll(cx) {
                return Poll::Ready((at, came));
            }
        }
        Poll::Pending
    })
    .await;
    drop(under_way.swap_remove(at));
    Some(came)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_quickest_comes_first() {
        let after = |wait: u64| -> Under<'_, u64> {
            Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(wait)).await;
                wait
            })
        };
        let mut all = vec![after(30), after(10), after(20)];
        let mut came = Vec::new();
        while let Some(one) = next(&mut all).await {
            came.push(one);
        }
        assert_eq!(came, [10, 20, 30]);
    }
}
