//! The options that decide what a module does, as a text that travels with it: whoever
//! translates more of the program later does it in the same way. It is also how options are
//! given where there is no command line.
//!
//! Knows names of options. Must never know what they do.

use serde::{Deserialize, Serialize};

use crate::Features;
use crate::pipeline::{Faults, Fflags, Nan, Options};
use crate::summary::Stack;

/// The options as JSON has them, named as on the command line.
#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct How {
    level: u8,
    passes: Option<Vec<String>>,
    null_guard: bool,
    fflags: Fflags,
    nan: Nan,
    faults: Faults,
    engine_features: String,
    stack: Stack,
    checked: bool,
    force_exit: bool,
    preempt: bool,
}

impl Default for How {
    fn default() -> How {
        How::of(&Options::default())
    }
}

impl How {
    fn of(options: &Options) -> How {
        How {
            level: options.level,
            passes: options.passes.clone(),
            null_guard: options.null_guard,
            fflags: options.fflags,
            nan: options.nan,
            faults: options.faults,
            engine_features: options.features.to_string(),
            stack: options.stack,
            checked: options.checked,
            force_exit: options.force_exit,
            preempt: options.preempt,
        }
    }
}

impl Options {
    /// Those that decide what a module does, as a JSON object.
    pub fn to_text(&self) -> String {
        serde_json::to_string(&How::of(self)).expect("its keys are strings")
    }

    /// Reads them: a JSON object whose members may be missing.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn from_text(text: &str) -> Result<Options, String> {
        // A list would be taken, too, for the members in their order.
        let object: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_str(text);
        let how = object.and_then(|object| How::deserialize(serde_json::Value::Object(object)));
        let how = how.map_err(|error| format!("options: {error}"))?;
        if how.level > 3 {
            return Err(format!("options: level {} is none of 0 to 3", how.level));
        }
        let features: Result<Features, String> = how.engine_features.parse();
        Ok(Options {
            level: how.level,
            passes: how.passes,
            null_guard: how.null_guard,
            fflags: how.fflags,
            nan: how.nan,
            faults: how.faults,
            features: features.map_err(|error| format!("options: {error}"))?,
            stack: how.stack,
            checked: how.checked,
            force_exit: how.force_exit,
            preempt: how.preempt,
            ..Options::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let other = Options {
            level: 1,
            passes: Some(vec!["fold".to_owned()]),
            null_guard: false,
            fflags: Fflags::Exact,
            nan: Nan::Fast,
            faults: Faults::Exact,
            features: Features::NONE,
            stack: Stack::Always,
            checked: true,
            force_exit: true,
            preempt: true,
            ..Options::default()
        };
        for options in [Options::default(), other] {
            let text = options.to_text();
            let read = Options::from_text(&text).expect("its own text");
            assert_eq!(format!("{read:?}"), format!("{options:?}"));
        }
    }

    #[test]
    fn what_is_missing_is_as_ever_and_what_is_wrong_is_told() {
        let read = Options::from_text("{\"preempt\": true}").expect("an option");
        assert_eq!((read.level, read.preempt), (2, true));
        let wrong = ["", "[]", "{\"level\": 4}", "{\"levle\": 1}", "{\"stack\": \"sometimes\"}"];
        for wrong in wrong.into_iter().chain(["{\"engine-features\": \"threads\"}"]) {
            assert!(Options::from_text(wrong).expect_err(wrong).starts_with("options: "), "{wrong}");
        }
    }
}
