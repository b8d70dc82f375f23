//! A data set in words.

use crate::audit::dataset::DataSet;
use crate::audit::import::{ColumnReport, Report};
use crate::audit::store::Summary;

pub(super) fn data(data: &DataSet, report: &Report) -> String {
    let summary = Summary::of(data);
    let mut lines = vec![
        format!("records      {} of {} rows, {} positive", report.rows, report.rows_in_file, report.positive),
        format!("shards       {} of {} records", summary.shards, summary.shard_records),
        format!("schema hash  {}", summary.schema_hash),
        format!("data root    {}", summary.data_root),
    ];
    lines.push(String::new());
    let width = report.columns.iter().map(|c| c.name.chars().count()).max().unwrap_or(0);
    for column in &report.columns {
        let lanes: Vec<String> = column.lanes.iter().map(ToString::to_string).collect();
        lines.push(format!(
            "  {:width$}  lane {:<5}  {}{}",
            column.name,
            lanes.join(","),
            column.form,
            noticed(column)
        ));
    }
    for column in &report.dropped_columns {
        let why = if column.why.is_empty() { "no reason given" } else { &column.why };
        lines.push(format!("  {:width$}  dropped: {why}", column.name));
    }
    for attribute in &report.attributes {
        lines.push(format!("\n  groups of {}", attribute.name));
        let width = attribute.groups.iter().map(|g| g.name.chars().count()).max().unwrap_or(0);
        for (code, group) in attribute.groups.iter().enumerate() {
            let note = if group.n == 0 { "  (no record)" } else { "" };
            lines.push(format!(
                "    {code:>2}  {:width$}  n = {:>6}, positive {:>6}{note}",
                group.name, group.n, group.positive
            ));
        }
    }
    for dropped in &report.dropped_rows {
        let first: Vec<String> = dropped.first_lines.iter().map(ToString::to_string).collect();
        let more = if dropped.rows as usize > first.len() { ", ..." } else { "" };
        lines.push(format!(
            "\n  {} rows dropped: {} {} (lines {}{more})",
            dropped.rows,
            dropped.column,
            dropped.why,
            first.join(", ")
        ));
    }
    lines.join("\n")
}

fn noticed(column: &ColumnReport) -> String {
    let counts = [
        (column.missing, "missing"),
        (column.unseen, "unseen"),
        (column.rounded, "rounded"),
        (column.clipped, "moved to a bound"),
    ];
    let said: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if said.is_empty() { String::new() } else { format!("; {}", said.join(", ")) }
}
