//! The table that is printed and written into `docs/performance.md`.

use std::path::Path;

use anyhow::{Context as _, Result};

const BEGIN: &str = "<!-- figures: written by cargo xtask bench -->";
const END: &str = "<!-- end of figures -->";

/// One measured thing beside its peer and its budget.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) figure: String,
    pub(crate) beside: String,
    pub(crate) budget: String,
    /// Whether the budget is met; none where there is none.
    pub(crate) met: Option<bool>,
}

impl Row {
    /// Reads `what|figure|beside|budget`, as another chore hands it over.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut fields = text.split('|').map(|field| field.trim().to_owned());
        Ok(Self {
            what: fields
                .next()
                .context("a row begins with what was measured")?,
            figure: fields.next().context("a row has a figure")?,
            beside: fields.next().unwrap_or_default(),
            budget: fields.next().unwrap_or_default(),
            met: None,
        })
    }

    fn verdict(&self) -> &'static str {
        match self.met {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "",
        }
    }
}

/// Makes a Markdown table with a line on the machine under it.
pub(crate) fn table(rows: &[Row], machine: &str) -> String {
    let mut lines = vec![
        "| What | Figure | Beside, in the same run | Budget | |".to_owned(),
        "| --- | --- | --- | --- | --- |".to_owned(),
    ];
    lines.extend(rows.iter().map(|row| {
        format!(
            "| {} | {} | {} | {} | {} |",
            row.what,
            row.figure,
            row.beside,
            row.budget,
            row.verdict()
        )
    }));
    lines.push(String::new());
    lines.push(format!("Measured on: {machine}."));
    lines.join("\n")
}

/// Puts the table between the two marks of a page.
pub(crate) fn write(page: &Path, table: &str) -> Result<()> {
    let text = std::fs::read_to_string(page)
        .unwrap_or_else(|_| format!("# Performance\n\n{BEGIN}\n{END}\n"));
    let replaced = replace(&text, table).context("the page has no place for figures")?;
    std::fs::write(page, replaced).context("writing the figures")
}

fn replace(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{table}\n\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_replaced_and_the_rest_of_the_page_stays() {
        let page = format!("a\n{BEGIN}\nold\n{END}\nz\n");

        let once = replace(&page, "new").unwrap();

        assert!(once.starts_with("a\n") && once.ends_with("z\n") && !once.contains("old"));
        assert_eq!(replace(&once, "new"), Some(once));
        assert_eq!(replace("no marks", "new"), None);
    }

    #[test]
    fn a_missed_budget_is_said() {
        let row = Row {
            what: "x".to_owned(),
            met: Some(false),
            ..Row::default()
        };

        assert!(table(&[row], "m").contains("**missed**"));
    }
}
