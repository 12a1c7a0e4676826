//! Puts assembled fields together to a module.
//!
//! Counts functions, globals, tables and types in the order of the fields, fills the
//! functions' holes with these numbers, and collects the names for the name section.
//!
//! Knows fields and sections. Must never know their text.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;
use wasm_encoder::{
    BranchHint, BranchHints, CodeSection, ConstExpr, DataSection, ElementSection, Elements, Encode as _,
    EntityType, ExportKind, ExportSection, FuncType, FunctionSection, GlobalSection, GlobalType,
    ImportSection, IndirectNameMap, MemorySection, MemoryType, Module, NameMap, NameSection, RefType,
    TableSection, TableType, TypeSection, ValType,
};

use super::field::{Field, Global, Import};
use super::function::{Function, Hint, Hole, Names, Space, Symbol};
use crate::Error;
use crate::origins::Origins;

/// The bytes of the module with these fields, and where its accesses come from, as far as
/// the fields know.
pub fn link(fields: Vec<Field<'_>>) -> Result<(Vec<u8>, Origins), Error> {
    let mut linker = Linker::default();
    linker.count(&fields)?;
    for field in fields {
        linker.add(field)?;
    }
    Ok(linker.finish())
}

/// The numbers of things with names.
#[derive(Default)]
struct Numbers {
    by_name: FxHashMap<String, u32>,
    names: NameMap,
}

impl Numbers {
    fn add(&mut self, what: &str, name: &str) -> Result<(), Error> {
        let next = self.by_name.len() as u32;
        match self.by_name.entry(name.to_owned()) {
            Entry::Occupied(_) => Err(Error::Assemble(format!("there are two {what} `${name}`"))),
            Entry::Vacant(entry) => {
                entry.insert(next);
                self.names.append(next, name);
                Ok(())
            }
        }
    }

    fn of(&self, what: &str, name: &str) -> Result<u32, Error> {
        let found = self.by_name.get(name).copied();
        found.ok_or_else(|| Error::Assemble(format!("there is no {what} `${name}`")))
    }
}

/// The types of functions, those with names first.
#[derive(Default)]
struct FunctionTypes {
    list: Vec<FuncType>,
    numbers: FxHashMap<FuncType, u32>,
}

impl FunctionTypes {
    /// A type with a name has a number of its own, also if it is known.
    fn add(&mut self, ty: FuncType) {
        let next = self.list.len() as u32;
        self.numbers.entry(ty.clone()).or_insert(next);
        self.list.push(ty);
    }

    fn of(&mut self, ty: FuncType) -> u32 {
        if let Some(&number) = self.numbers.get(&ty) {
            return number;
        }
        self.add(ty);
        self.list.len() as u32 - 1
    }
}

/// The names within things.
#[derive(Default)]
struct Inner {
    map: IndirectNameMap,
    any: bool,
}

impl Inner {
    fn add(&mut self, index: u32, names: &Names) {
        if let Some(names) = names.map() {
            self.map.append(index, names);
            self.any = true;
        }
    }
}

#[derive(Default)]
struct Linker {
    functions: Numbers,
    tables: Numbers,
    memories: Numbers,
    globals: Numbers,
    type_names: Numbers,
    types: FunctionTypes,
    parameters: Inner,
    locals: Inner,
    labels: Inner,
    /// How many functions have been added.
    function: u32,
    imports: ImportSection,
    signatures: FunctionSection,
    table: TableSection,
    memory: MemorySection,
    global: GlobalSection,
    exports: ExportSection,
    elements: ElementSection,
    hints: BranchHints,
    code: CodeSection,
    data: DataSection,
    body: Vec<u8>,
    /// Where accesses are, from the first function of the code section on, and what
    /// guest instructions they are for.
    origins: Vec<(u32, u64)>,
}

impl Linker {
    /// Gives everything that has a name its number.
    fn count(&mut self, fields: &[Field<'_>]) -> Result<(), Error> {
        let mut defined = false;
        for field in fields {
            match field {
                Field::Import(_) | Field::ImportedMemory { .. } | Field::ImportedGlobal { .. } if defined => {
                    return Err(Error::Assemble("an import after what the module defines".to_owned()));
                }
                Field::Import(import) => self.functions.add("functions", &import.name)?,
                Field::Function(function) => self.functions.add("functions", &function.name)?,
                Field::Memory { name, .. } | Field::ImportedMemory { name, .. } => {
                    self.memories.add("memories", name)?
                }
                Field::Table { name, .. } => self.tables.add("tables", name)?,
                Field::Global(Global { name, .. }) | Field::ImportedGlobal { name, .. } => {
                    self.globals.add("globals", name)?;
                }
                Field::Type(ty) => {
                    self.parameters.add(self.types.list.len() as u32, &ty.params);
                    self.type_names.add("types", &ty.name)?;
                    self.types.add(ty.ty.clone());
                }
                Field::Elements { .. } | Field::Data { .. } => {}
            }
            defined |= !matches!(
                field,
                Field::Import(_)
                    | Field::ImportedMemory { .. }
                    | Field::ImportedGlobal { .. }
                    | Field::Type(_)
                    | Field::Elements { .. }
                    | Field::Data { .. }
            );
        }
        Ok(())
    }

    fn add(&mut self, field: Field<'_>) -> Result<(), Error> {
        match field {
            Field::Type(_) => {}
            Field::Import(import) => self.import(import),
            Field::Function(function) => self.function(*function)?,
            Field::ImportedMemory { from, pages, .. } => {
                self.imports.import(&from.module, &from.field, EntityType::Memory(memory_type(pages)));
            }
            Field::ImportedGlobal { from, ty, .. } => {
                self.imports.import(&from.module, &from.field, EntityType::Global(variable(ty)));
            }
            Field::Memory { name, exports, pages } => {
                let index = self.memories.of("memory", &name)?;
                self.memory.memory(memory_type(pages));
                self.export(&exports, ExportKind::Memory, index);
            }
            Field::Table { size: (minimum, maximum), .. } => {
                let (table64, shared) = (false, false);
                let maximum = Some(maximum);
                let element_type = RefType::FUNCREF;
                self.table.table(TableType { element_type, table64, minimum, maximum, shared });
            }
            Field::Global(global) => self.global(&global)?,
            Field::Elements { table, offset, functions } => {
                let table = self.tables.of("table", &table)?;
                let functions = functions.iter().map(|name| self.functions.of("function", name));
                let functions = functions.collect::<Result<Vec<u32>, Error>>()?;
                let offset = ConstExpr::i32_const(offset);
                self.elements.active(Some(table), &offset, Elements::Functions(functions.into()));
            }
            Field::Data { offset, bytes } => {
                self.data.active(0, &ConstExpr::i32_const(offset), bytes.iter().copied());
            }
        }
        Ok(())
    }

    fn export(&mut self, names: &[String], kind: ExportKind, index: u32) {
        for name in names {
            self.exports.export(name, kind, index);
        }
    }

    fn import(&mut self, import: Import) {
        let ty = self.types.of(import.ty);
        self.imports.import(&import.from.module, &import.from.field, EntityType::Function(ty));
        self.locals.add(self.function, &import.locals);
        self.function += 1;
    }

    fn global(&mut self, global: &Global) -> Result<(), Error> {
        let index = self.globals.of("global", &global.name)?;
        let zero = match global.ty {
            ValType::I32 => ConstExpr::i32_const(0),
            ValType::F32 => ConstExpr::f32_const(0.0.into()),
            ValType::F64 => ConstExpr::f64_const(0.0.into()),
            _ => ConstExpr::i64_const(0),
        };
        self.global.global(variable(global.ty), &zero);
        self.export(&global.exports, ExportKind::Global, index);
        Ok(())
    }

    fn function(&mut self, mut function: Function) -> Result<(), Error> {
        let within = |error| match error {
            Error::Assemble(what) => Error::Assemble(format!("{what}, which `${}` names", function.name)),
            other => other,
        };
        let types: Vec<u32> =
            std::mem::take(&mut function.types).into_iter().map(|ty| self.types.of(ty)).collect();
        let own = match &function.signature.name {
            None => types[0],
            Some(name) => {
                let index = self.type_names.of("type", name).map_err(within)?;
                if self.types.list.get(index as usize) != Some(&function.signature.repeated) {
                    return Err(Error::Assemble(format!("`${}` is not of its type", function.name)));
                }
                index
            }
        };
        let mut fillings = Vec::with_capacity(function.symbols.len());
        for symbol in &function.symbols {
            let mut filling = Vec::new();
            match symbol {
                Symbol::Named(space, name) => {
                    let index = match space {
                        Space::Function => self.functions.of("function", name),
                        Space::Global => self.globals.of("global", name),
                        Space::Table => self.tables.of("table", name),
                        Space::Type => self.type_names.of("type", name),
                    };
                    index.map_err(within)?.encode(&mut filling);
                }
                Symbol::Type(place) => types[*place].encode(&mut filling),
                // Blocks have a signed number.
                Symbol::BlockType(place) => i64::from(types[*place]).encode(&mut filling),
            }
            fillings.push(filling);
        }
        self.body.clear();
        let mut rest = function.code.as_slice();
        let mut before = 0;
        for hole in &function.holes {
            let (code, after) = rest.split_at((hole.at - before) as usize);
            self.body.extend_from_slice(code);
            self.body.extend_from_slice(&fillings[hole.symbol as usize]);
            (rest, before) = (after, hole.at);
        }
        self.body.extend_from_slice(rest);
        self.hints(&function, &fillings);
        self.code.raw(&self.body);
        let start = (self.code.byte_len() - self.body.len()) as u32;
        let places = filled(&function.holes, &fillings, function.origins.iter().map(|origin| origin.at));
        let origins = places.zip(&function.origins).map(|(at, origin)| (start + at, origin.pc));
        self.origins.extend(origins);
        self.signatures.function(own);
        self.locals.add(self.function, &function.locals);
        self.labels.add(self.function, &function.labels);
        self.export(&function.exports, ExportKind::Func, self.function);
        self.function += 1;
        Ok(())
    }

    /// Says which branches of a function are likely, once it is known what the holes
    /// before them are filled with.
    fn hints(&mut self, function: &Function, fillings: &[Vec<u8>]) {
        let places = filled(&function.holes, fillings, function.hints.iter().map(|hint| hint.at));
        let hint = |(place, hint): (u32, &Hint)| BranchHint {
            branch_func_offset: place,
            branch_hint_value: hint.value,
        };
        let hints: Vec<BranchHint> = places.zip(&function.hints).map(hint).collect();
        if !hints.is_empty() {
            self.hints.function_hints(self.function, hints);
        }
    }

    fn finish(mut self) -> (Vec<u8>, Origins) {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        self.types.list.iter().for_each(|ty| types.ty().func_type(ty));
        section(&mut module, &types, !types.is_empty());
        section(&mut module, &self.imports, !self.imports.is_empty());
        section(&mut module, &self.signatures, !self.signatures.is_empty());
        section(&mut module, &self.table, !self.table.is_empty());
        section(&mut module, &self.memory, !self.memory.is_empty());
        section(&mut module, &self.global, !self.global.is_empty());
        section(&mut module, &self.exports, !self.exports.is_empty());
        section(&mut module, &self.elements, !self.elements.is_empty());
        section(&mut module, &self.hints, !self.hints.is_empty());
        section(&mut module, &self.code, !self.code.is_empty());
        let first = module.as_slice().len().saturating_sub(self.code.byte_len()) as u32;
        let origins = std::mem::take(&mut self.origins);
        self.code = CodeSection::new();
        section(&mut module, &self.data, !self.data.is_empty());
        self.data = DataSection::new();
        let names = self.names();
        section(&mut module, &names, names.as_custom().data.len() > 1);
        let module = module.finish();
        let origins = Origins::new(&module, origins.into_iter().map(|(at, pc)| (first + at, pc)));
        (module, origins)
    }

    fn names(self) -> NameSection {
        let mut names = NameSection::new();
        let flat = |numbers: Numbers| Some(numbers.names).filter(|names| !names.is_empty());
        let inner = |inner: Inner| inner.any.then_some(inner.map);
        flat(self.functions).inspect(|map| names.functions(map));
        inner(self.locals).inspect(|map| names.locals(map));
        inner(self.labels).inspect(|map| names.labels(map));
        flat(self.type_names).inspect(|map| names.types(map));
        flat(self.tables).inspect(|map| names.tables(map));
        flat(self.memories).inspect(|map| names.memories(map));
        flat(self.globals).inspect(|map| names.globals(map));
        inner(self.parameters).inspect(|map| names.parameters(map));
        names
    }
}

/// A memory that starts with so many pages.
fn memory_type(pages: u64) -> MemoryType {
    let (memory64, shared) = (false, false);
    MemoryType { minimum: pages, maximum: None, memory64, shared, page_size_log2: None }
}

/// A global that may be set.
fn variable(ty: ValType) -> GlobalType {
    GlobalType { val_type: ty, mutable: true, shared: false }
}

/// Where places in code with holes, in their order, are when the holes are filled.
fn filled(
    holes: &[Hole],
    fillings: &[Vec<u8>],
    places: impl Iterator<Item = u32>,
) -> impl Iterator<Item = u32> {
    let mut holes = holes.iter().peekable();
    let mut more = 0;
    places.map(move |place| {
        while let Some(hole) = holes.next_if(|hole| hole.at <= place) {
            more += fillings[hole.symbol as usize].len() as u32;
        }
        place + more
    })
}

/// A section that has something in it.
fn section(module: &mut Module, section: &impl wasm_encoder::Section, has_content: bool) {
    if has_content {
        module.section(section);
    }
}
