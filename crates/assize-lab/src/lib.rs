//! Leads an assessment: plan, run, record, judge, seal.
