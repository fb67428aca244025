//! Article text, which is Markdown, as HTML: paragraphs, lists and emphasis, nothing else.

/// Renders the text; every mark of HTML in it is shown, never obeyed.
#[must_use]
pub fn html(markdown: &str) -> String {
    let mut out = String::new();
    for block in markdown.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
        let items: Option<Vec<&str>> = block.lines().map(item).collect();
        match items {
            Some(items) => {
                let items: String =
                    items.into_iter().map(|text| format!("<li>{}</li>", inline(text))).collect();
                out += &format!("<ul>{items}</ul>");
            }
            None => out += &format!("<p>{}</p>", inline(&block.replace('\n', " "))),
        }
    }
    out
}

fn item(line: &str) -> Option<&str> {
    line.trim().strip_prefix("- ").or_else(|| line.trim().strip_prefix("* "))
}

/// Emphasis and code; a mark without its partner is shown as it is.
fn inline(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let strong = paired(&escaped, "**", "strong");
    paired(&strong, "`", "code")
}

fn paired(text: &str, mark: &str, tag: &str) -> String {
    let parts: Vec<&str> = text.split(mark).collect();
    if parts.len().is_multiple_of(2) {
        return text.to_owned();
    }
    let wrap = |(index, part): (usize, &&str)| match index % 2 {
        0 => (*part).to_owned(),
        _ => format!("<{tag}>{part}</{tag}>"),
    };
    parts.iter().enumerate().map(wrap).collect()
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn marks_become_elements_and_html_stays_text() {
        assert_eq!(
            html("A **b** `c`\nd\n\n- e\n- f"),
            "<p>A <strong>b</strong> <code>c</code> d</p><ul><li>e</li><li>f</li></ul>"
        );
        assert_eq!(html("<script>x</script> ** y"), "<p>&lt;script&gt;x&lt;/script&gt; ** y</p>");
    }
}
