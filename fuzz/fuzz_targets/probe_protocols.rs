//! The answers by which identification tells protocols apart, and guesses at SNMP and VNC are judged; the first byte
//! picks the reader.
#![no_main]

use assize_probes::{
    http::codec::answer,
    identify::{
        codec::{recognise, unasked},
        protocols::{adb, amqp, coap, http2, lines, modbus, pjl, rtsp, smb, snmp, vnc, web},
    },
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((pick, rest)) = bytes.split_first() else { return };
    match pick % 13 {
        0 => drop(adb::read(rest)),
        1 => drop(amqp::read(rest)),
        2 => drop(coap::read(rest)),
        3 => drop(http2::read(rest)),
        4 => drop(lines::after_ehlo(rest)),
        5 => drop(lines::redis(rest)),
        6 => drop(modbus::read(rest)),
        7 => drop(pjl::read(rest)),
        8 => drop(rtsp::read(rest)),
        9 => drop(smb::read(rest)),
        10 => drop((snmp::read(rest), snmp::answer(rest))),
        11 => drop((vnc::read(rest), vnc::offer(rest), vnc::challenge(rest), vnc::judged(rest), vnc::reason(rest))),
        _ => drop(answer(rest).map(|answer| (web::read(&answer), web::wants_upgrade(&answer)))),
    }
    recognise(rest);
    unasked(rest, u16::from(*pick));
});
