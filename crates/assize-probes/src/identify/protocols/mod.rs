//! One file per protocol that is told apart by a question and its answer: the question, and what the answer shows.

pub mod adb;
pub mod amqp;
pub mod coap;
pub mod http2;
pub mod lines;
pub mod modbus;
pub mod pjl;
pub mod rtsp;
pub mod smb;
pub mod snmp;
pub mod vnc;
pub mod web;
