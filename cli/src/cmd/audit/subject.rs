//! Model, data and policy of an audit, from their files.

use std::path::PathBuf;

use clap::Args;
use tabella_circuits::Fr;
use tabella_circuits::compliance::data::{MAX_SHARDS, SHARD_RECORDS};
use tabella_circuits::compliance::schema::schema_body;
use tabella_prover::shard::{Capacity, Subject};

use crate::audit::dataset::DataSet;
use crate::audit::model::{Model, blinding_path};
use crate::audit::policy::{Compiled, PolicyFile};
use crate::audit::schema::Schema;
use crate::audit::store;
use crate::context::Ctx;
use crate::error::CliError;
use crate::files;

/// What this build's circuits take.
pub(super) const CAPACITY: Capacity = Capacity { records: SHARD_RECORDS, shards: MAX_SHARDS };

/// Which policy.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
pub(super) struct PolicyOpts {
    /// The policy's file
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A policy that comes with Tabella: four-fifths, nyc-ll144
    #[arg(long, value_name = "NAME")]
    pack: Option<String>,
}

impl PolicyOpts {
    /// The policy's words for a schema.
    ///
    /// # Errors
    /// Errors about the file; `policy-invalid`, `pack-unknown`.
    pub(super) fn compile(&self, schema: &Schema) -> Result<Compiled, CliError> {
        let file = match (&self.policy, &self.pack) {
            (Some(path), _) => PolicyFile::read(path)?,
            (None, Some(name)) => PolicyFile::pack(name)?,
            (None, None) => return Err(CliError::internal("neither --policy nor --pack")),
        };
        file.compile(schema)
    }
}

/// A model, a data set and a policy.
#[derive(Debug, Clone, Args)]
pub(super) struct SubjectOpts {
    /// The model's file
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The data set's directory
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    policy: PolicyOpts,
}

/// What they hold, fitting each other.
#[derive(Debug)]
pub(super) struct Loaded {
    /// The data set, its root recomputed.
    pub(super) data: DataSet,
    /// The model.
    pub(super) model: Model,
    /// The policy for the data's schema.
    pub(super) policy: Compiled,
}

impl SubjectOpts {
    /// Reads all three, and runs the model on every record.
    ///
    /// # Errors
    /// Errors about the files; `capacity`; `model-does-not-fit`; `no-prediction` with the CSV file's line.
    pub(super) fn load(&self, ctx: &Ctx) -> Result<Loaded, CliError> {
        warn_shared(ctx, &self.model);
        let model = Model::read(&self.model)?;
        let data = {
            let _spinner = ctx.spinner("Hashing the data");
            store::load(&self.data)?
        };
        CAPACITY.shards_for(data.rows).map_err(super::errors::subject)?;
        // Only for its errors, which name lines of the CSV file.
        model.scores(&data)?;
        let policy = self.policy.compile(&data.schema)?;
        Ok(Loaded { data, model, policy })
    }

    /// The blinding of the model: from the file named, or beside the model.
    ///
    /// # Errors
    /// Errors about the file; `model-damaged`, `model-differs`.
    pub(super) fn blinding(&self, ctx: &Ctx, model: &Model, named: Option<&PathBuf>) -> Result<Fr, CliError> {
        let path = named.cloned().unwrap_or_else(|| blinding_path(&self.model));
        warn_shared(ctx, &path);
        Ok(model.read_blinding(&path)?.value())
    }
}

impl Loaded {
    /// What is proven about, under this blinding of the model and in this context.
    ///
    /// # Errors
    /// `internal-error`: never for a schema that was read.
    pub(super) fn subject(&self, blinding: Fr, context: Fr) -> Result<Subject, CliError> {
        Ok(Subject {
            shards: self.data.shards().map(<[_]>::to_vec).collect(),
            body: schema_body(&self.data.schema.bytes()?),
            groups: self.data.schema.group_counts(),
            model: self.model.linear.clone(),
            blinding,
            policy: self.policy.policy.clone(),
            context,
        })
    }
}

fn warn_shared(ctx: &Ctx, path: &std::path::Path) {
    if files::is_shared(path) {
        ctx.warn(format!("{} can be read by others; run: chmod 600 {}", path.display(), path.display()));
    }
}
