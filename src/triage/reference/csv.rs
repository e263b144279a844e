//! Comma-separated values as RFC 4180 writes them: quotes around a field that holds a comma, a quote or a line end,
//! `""` for a quote. Each record keeps the line it began on, so that a fault can name it.

/// One record: the line it began on (from 1) and its fields.
pub(in crate::triage) type Record = (usize, Vec<String>);

/// Every record of a text, the header among them; empty lines are skipped. A quote that never closes ends with the text.
pub(in crate::triage) fn records(text: &str) -> Vec<Record> {
    records_between(text, ',')
}

/// The same of fields parted by another character: spreadsheets write a semicolon where a comma is the decimal sign.
pub(in crate::triage) fn records_between(text: &str, comma: char) -> Vec<Record> {
    let mut all = Vec::new();
    let (mut line, mut began) = (1, 1);
    let (mut fields, mut field) = (Vec::new(), String::new());
    let mut quoted = false;
    let mut chars = text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable();
    let mut end_record = |fields: &mut Vec<String>, field: &mut String, began: usize| {
        fields.push(std::mem::take(field));
        let record = std::mem::take(fields);
        if record.iter().any(|f| !f.is_empty()) {
            all.push((began, record));
        }
    };
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            _ if c == comma && !quoted => fields.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' => {
                line += 1;
                if quoted {
                    field.push('\n');
                } else {
                    end_record(&mut fields, &mut field, began);
                    began = line;
                }
            }
            _ => field.push(c),
        }
    }
    end_record(&mut fields, &mut field, began);
    all
}

/// One record as a line of the text that [`records`] reads.
pub(in crate::triage) fn line(fields: &[&str]) -> String {
    let quoted = |field: &&str| {
        if field.contains(['"', ',', '\n', '\r']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            (*field).to_owned()
        }
    };
    fields.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_commas_and_line_ends_stay_in_their_field() {
        let read = records("a,b\r\n\"x, y\",\"say \"\"hi\"\"\"\n\n\"two\nlines\",z");
        assert_eq!(read[0], (1, vec!["a".into(), "b".into()]));
        assert_eq!(read[1], (2, vec!["x, y".into(), "say \"hi\"".into()]));
        assert_eq!(read[2], (4, vec!["two\nlines".into(), "z".into()]));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let fields = ["x, y", "say \"hi\"", "two\nlines", ""];
        assert_eq!(records(&line(&fields))[0].1, fields);
    }
}
