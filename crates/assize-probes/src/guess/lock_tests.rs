//! Loopback devices that lock for good, by a page, or break while they lock.

use assize_model::fact::Fact;

use super::tests::{Device, free, guessed, is_right, throttle_of};
use crate::bench;

/// A lock that shows a page, with the status of success.
fn locks_with_a_page(device: &mut Device, user: &str, password: &str) -> String {
    device.wrong += u32::from(!is_right(user, password));
    match device.wrong {
        0..3 => free(&mut Device::default(), user, password),
        _ => bench::http("200 OK", "", "Too many attempts. Come back later."),
    }
}

/// Puts every attempt off after five wrong ones, for good, until it breaks and answers no more.
fn locks_for_good(device: &mut Device, user: &str, password: &str) -> String {
    device.wrong += u32::from(device.wrong >= 5 || !is_right(user, password));
    match device.wrong {
        0..6 => free(&mut Device::default(), user, password),
        _ => bench::http("429 Wait", "", ""),
    }
}

fn locks_and_breaks(device: &mut Device, user: &str, password: &str) -> String {
    let said = locks_for_good(device, user, password);
    if device.wrong > 9 { String::new() } else { said }
}

fn in_trouble(device: &mut Device, user: &str, password: &str) -> String {
    device.wrong += 1;
    match device.wrong {
        0..4 => free(&mut Device::default(), user, password),
        _ => bench::http("502 Bad Gateway", "Retry-After: 300\r\n", ""),
    }
}

#[tokio::test]
async fn a_lock_is_watched_as_long_as_it_answers() {
    tokio::time::pause();
    let seen = throttle_of(locks_for_good, 30).await;
    assert!(seen.locked && (seen.refused, seen.said_so) == (5, 3), "{seen:?}");
    let watched = seen.watched_ms.unwrap();
    assert!(watched >= bench::budget().login_wait.as_millis() as u64 - 1000, "{seen:?}");
    let seen = throttle_of(locks_and_breaks, 30).await;
    assert!(seen.locked && seen.watched_ms.is_none(), "{seen:?}");
}

#[tokio::test]
async fn a_server_in_trouble_does_not_say_that_it_puts_attempts_off() {
    let seen = throttle_of(in_trouble, 30).await;
    assert!(seen.refused == 3 && seen.put_off > 0 && seen.said_so == 0, "{seen:?}");
}

#[tokio::test]
async fn a_page_that_locks_is_no_default() {
    let seen = guessed(locks_with_a_page, 15, false).await;
    let Some(Fact::DefaultLogins(found)) = seen.first() else { panic!("{seen:?}") };
    assert_eq!((found.tried, found.accepted.len()), (1, 0), "{found:?}");
    assert!(found.takes_any && found.stopped.contains("made-up"), "{found:?}");
}
