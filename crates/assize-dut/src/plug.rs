//! The plug itself: what it is, what it remembers, who is logged in. The folder holds one file per thing it does.

mod access;
pub(crate) mod api;
pub(crate) mod cloud;
pub(crate) mod mdns;
mod memory;
mod page;
pub(crate) mod update;

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

pub(crate) use access::password_objection;
use access::{Role, Sessions, Throttle};
pub(crate) use memory::{Memory, Store};
use update::Updater;

use crate::knobs::Knobs;
use crate::random;

/// How long the watchdog takes to start the web server again.
const WATCHDOG: Duration = Duration::from_millis(330);

/// What is fixed about this unit.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    /// Serial number; also the unit's name at the broker.
    pub(crate) serial: String,
    /// Its web server.
    pub(crate) web: SocketAddr,
    /// The maker's web site, which its pages point to.
    pub(crate) site: SocketAddr,
}

/// One plug. Shared by everything that runs on it.
pub(crate) struct Plug {
    pub(crate) knobs: Knobs,
    pub(crate) unit: Unit,
    pub(crate) updater: Updater,
    cloud: mpsc::Sender<cloud::Order>,
    connected: AtomicBool,
    ever_connected: AtomicBool,
    started: Instant,
    /// Until when the web server is down, when it fell over.
    web_down: Mutex<Option<Instant>>,
    state: Mutex<State>,
}

/// What changes while the plug runs.
pub(crate) struct State {
    store: Store,
    sessions: Sessions,
    throttle: Throttle,
    available: Option<update::Version>,
    last_update: String,
}

/// How a login ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogIn {
    Accepted(Role),
    Refused,
    /// Too many failures: not even looked at before this time is over.
    Wait(Duration),
}

impl Plug {
    pub(crate) fn new(
        knobs: Knobs,
        unit: Unit,
        updater: Updater,
        (store, throttle_base): (Store, Duration),
    ) -> (Self, mpsc::Receiver<cloud::Order>) {
        let (cloud, orders) = mpsc::channel(4);
        let state = State {
            store,
            sessions: Sessions::new(knobs.session_random),
            throttle: Throttle::new(throttle_base),
            available: None,
            last_update: "none yet".to_owned(),
        };
        let (connected, ever_connected) = (AtomicBool::new(false), AtomicBool::new(false));
        let started = Instant::now();
        let (web_down, state) = (Mutex::new(None), Mutex::new(state));
        (Self { knobs, unit, updater, cloud, connected, ever_connected, started, web_down, state }, orders)
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The web server falls over; the watchdog needs a moment to start it again.
    pub(crate) fn stop_web(&self) {
        let mut down = self.web_down.lock().unwrap_or_else(PoisonError::into_inner);
        *down = Some(Instant::now() + WATCHDOG);
    }

    /// Whether the web server is down at this moment.
    pub(crate) fn is_web_down(&self) -> bool {
        let down = self.web_down.lock().unwrap_or_else(PoisonError::into_inner);
        down.is_some_and(|until| Instant::now() < until)
    }

    /// Whether the user has finished set-up.
    pub(crate) fn is_initialised(&self) -> bool {
        self.lock().memory().setup_done
    }

    /// Tests name and password, and counts failures.
    pub(crate) fn log_in(&self, user: &str, password: &str) -> LogIn {
        let mut state = self.lock();
        if self.knobs.login_throttled
            && let Some(wait) = state.throttle.wait()
        {
            return LogIn::Wait(wait);
        }
        if self.knobs.support_account && user == "support" && password == "support" {
            return LogIn::Accepted(Role::Admin);
        }
        match access::role_of(&state.memory().accounts, user, password) {
            Some(role) => {
                state.throttle.succeed();
                LogIn::Accepted(role)
            }
            None => {
                state.throttle.fail();
                LogIn::Refused
            }
        }
    }

    /// Whether there is an account of this name.
    pub(crate) fn has_user(&self, user: &str) -> bool {
        self.lock().memory().accounts.contains_key(user)
    }

    /// Watts drawn by what is plugged in.
    fn power(&self) -> f64 {
        let load = if self.lock().memory().relay { 40.0 } else { 0.0 };
        let noise = random::jittered(Duration::from_millis(1000)).as_secs_f64();
        if load > 0.0 { ((load + noise) * 10.0).round() / 10.0 } else { 0.0 }
    }

    fn is_connected(&self) -> bool {
        self.connected.load(Ordering::Relaxed)
    }

    /// Whether the maker's service was there and is not any more.
    fn is_cut_off(&self) -> bool {
        self.ever_connected.load(Ordering::Relaxed) && !self.is_connected()
    }

    /// Erases the user's data on the plug and asks the service to do the same; back to the state as unpacked.
    pub(crate) fn reset(&self) -> io::Result<()> {
        let mut state = self.lock();
        let fresh = Memory::unpacked(&self.knobs, state.memory().version);
        let erases = self.knobs.reset_erases;
        state.store.change(|memory| {
            if erases {
                *memory = fresh;
            } else {
                memory.setup_done = fresh.setup_done;
            }
        })?;
        state.sessions = Sessions::new(self.knobs.session_random);
        state.throttle.succeed();
        // A full queue holds an erasure already.
        let _ = self.cloud.try_send(cloud::Order::Erase);
        Ok(())
    }
}

impl State {
    pub(crate) fn memory(&self) -> &Memory {
        self.store.memory()
    }
}
