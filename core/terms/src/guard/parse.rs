//! Words become a tree: recursive descent, one function a level of precedence, lowest first.

use std::ops::Range;

use super::lex::{Slip, Token, words};

/// An expression and its bytes in the guard.
#[derive(Clone, PartialEq, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// Bytes from the start of the guard.
    pub bytes: Range<usize>,
}

/// The kinds of expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// `true`, `false`.
    Bool(bool),
    /// `15`.
    Number(f64),
    /// `'line30'`.
    Text(String),
    /// `incident.at`.
    Name(String),
    /// `in_zone('line30')`; the bytes are the name's.
    Call(String, Range<usize>, Vec<Expr>),
    /// `['a', 'b']`.
    List(Vec<Expr>),
    /// `!a`, `-a`.
    Unary(&'static str, Box<Expr>),
    /// `a && b` and the like.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// `a ? b : c`.
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
}

/// Nesting beyond this is refused, so that no text can exhaust the stack.
const DEPTH_MAX: usize = 64;

/// Reads one expression.
///
/// # Errors
/// At the first word that does not fit.
pub fn parse(guard: &str) -> Result<Expr, Slip> {
    let words = words(guard)?;
    let mut reader = Reader { words, at: 0, depth: 0, end: guard.len() };
    let expr = reader.choice()?;
    match reader.words.get(reader.at) {
        None => Ok(expr),
        Some((_, bytes)) => {
            Err(Slip::new(bytes.clone(), "expected an operator or the end of the guard", ""))
        }
    }
}

struct Reader {
    words: Vec<(Token, Range<usize>)>,
    at: usize,
    depth: usize,
    end: usize,
}

impl Reader {
    fn sign(&mut self, wanted: &[&'static str]) -> Option<&'static str> {
        let (Token::Sign(sign), _) = self.words.get(self.at)? else { return None };
        let found = wanted.iter().find(|wanted| *wanted == sign)?;
        self.at += 1;
        Some(found)
    }
    fn here(&self) -> Range<usize> {
        self.words.get(self.at).map_or(self.end..self.end, |(_, bytes)| bytes.clone())
    }
    fn expect(&mut self, wanted: &'static str) -> Result<usize, Slip> {
        let bytes = self.here();
        self.sign(&[wanted])
            .map(|_| bytes.end)
            .ok_or_else(|| Slip::new(bytes, format!("expected `{wanted}`"), ""))
    }

    fn choice(&mut self) -> Result<Expr, Slip> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Slip::new(self.here(), "nested too deeply", "split the rule in two"));
        }
        let test = self.levels(0)?;
        let expr = if self.sign(&["?"]).is_some() {
            let yes = self.choice()?;
            self.expect(":")?;
            let no = self.choice()?;
            let bytes = test.bytes.start..no.bytes.end;
            Expr { kind: Kind::Choice(test.into(), yes.into(), no.into()), bytes }
        } else {
            test
        };
        self.depth -= 1;
        Ok(expr)
    }

    /// Left-associative levels, loosest first.
    fn levels(&mut self, level: usize) -> Result<Expr, Slip> {
        const LEVELS: [&[&str]; 4] =
            [&["||"], &["&&"], &["==", "!=", "<=", ">=", "<", ">"], &["+", "-"]];
        let Some(signs) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.levels(level + 1)?;
        while let Some(sign) = self.sign(signs).or_else(|| self.membership(level)) {
            let right = self.levels(level + 1)?;
            let bytes = left.bytes.start..right.bytes.end;
            left = Expr { kind: Kind::Binary(sign, left.into(), right.into()), bytes };
        }
        Ok(left)
    }
    /// `in` binds like a comparison and is a word, not a sign.
    fn membership(&mut self, level: usize) -> Option<&'static str> {
        let (Token::Name(name), _) = self.words.get(self.at)? else { return None };
        (level == 2 && name == "in").then(|| {
            self.at += 1;
            "in"
        })
    }

    fn unary(&mut self) -> Result<Expr, Slip> {
        let start = self.here().start;
        let Some(sign) = self.sign(&["!", "-"]) else { return self.primary() };
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Slip::new(self.here(), "nested too deeply", "split the rule in two"));
        }
        let inner = self.unary()?;
        self.depth -= 1;
        let bytes = start..inner.bytes.end;
        Ok(Expr { kind: Kind::Unary(sign, inner.into()), bytes })
    }

    fn primary(&mut self) -> Result<Expr, Slip> {
        let bytes = self.here();
        if self.sign(&["("]).is_some() {
            let inner = self.choice()?;
            let end = self.expect(")")?;
            return Ok(Expr { kind: inner.kind, bytes: bytes.start..end });
        }
        if self.sign(&["["]).is_some() {
            let (items, end) = self.items("]")?;
            return Ok(Expr { kind: Kind::List(items), bytes: bytes.start..end });
        }
        let Some((token, _)) = self.words.get(self.at).cloned() else {
            return Err(Slip::new(bytes, "the guard ends where a value should stand", ""));
        };
        self.at += 1;
        let kind = match token {
            Token::Number(number) => Kind::Number(number),
            Token::Text(text) => Kind::Text(text),
            Token::Name(name) if name == "true" || name == "false" => Kind::Bool(name == "true"),
            Token::Name(name) if self.sign(&["("]).is_some() => {
                let (items, end) = self.items(")")?;
                let kind = Kind::Call(name, bytes.clone(), items);
                return Ok(Expr { kind, bytes: bytes.start..end });
            }
            Token::Name(name) => Kind::Name(name),
            Token::Sign(sign) => {
                return Err(Slip::new(bytes, format!("`{sign}` where a value should stand"), ""));
            }
        };
        Ok(Expr { kind, bytes })
    }

    /// Items up to the closing sign, and where that ends.
    fn items(&mut self, close: &'static str) -> Result<(Vec<Expr>, usize), Slip> {
        let mut items = Vec::new();
        let end = self.here().end;
        if self.sign(&[close]).is_some() {
            return Ok((items, end));
        }
        loop {
            items.push(self.choice()?);
            if self.sign(&[","]).is_none() {
                return Ok((items, self.expect(close)?));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precedence_is_that_of_cel() {
        let tree = parse("a || b && !c").unwrap();
        let Kind::Binary("||", _, right) = tree.kind else { panic!("{tree:?}") };
        assert!(matches!(right.kind, Kind::Binary("&&", ..)));
        assert_eq!(right.bytes, 5..12);
    }

    #[test]
    fn the_first_wrong_word_is_pointed_at() {
        let slip = |guard: &str| parse(guard).unwrap_err();
        assert_eq!(slip("a = b").bytes, 2..3);
        assert_eq!(slip("in_zone('x'").message, "expected `)`");
        assert_eq!(slip("a b").bytes, 2..3);
        assert_eq!(slip("'x").message, "a text that never ends");
        assert_eq!(slip("").message, "the guard ends where a value should stand");
        assert_eq!(slip(&"(".repeat(9_999)).message, "nested too deeply");
        assert_eq!(slip(&"!".repeat(9_999)).message, "nested too deeply");
    }
}
