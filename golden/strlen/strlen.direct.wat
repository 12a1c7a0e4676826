(module
  (type (;0;) (func (param i32 i32)))
  (type (;1;) (func (param i32) (result i32)))
  (type (;2;) (func (result i32)))
  (import "env" "print_line" (func $print_line (type 0)))
  (func $strlen (type 1) (param i32) (result i32)
    (local i32 i32 i32)
    i32.const 0
    local.set 1
    loop  ;; label = @1
      local.get 0
      local.get 1
      i32.add
      local.set 2
      local.get 1
      i32.const 1
      i32.add
      local.tee 3
      local.set 1
      local.get 2
      i32.load8_u
      br_if 0 (;@1;)
    end
    local.get 3
    i32.const -1
    i32.add)
  (func $__original_main (type 2) (result i32)
    (local i32 i32 i32 i32 i32)
    i32.const 1080
    i32.const 1080
    call $strlen
    local.tee 0
    call $print_line
    i32.const 1079
    i32.const 1079
    call $strlen
    local.tee 1
    call $print_line
    i32.const 1074
    i32.const 1074
    call $strlen
    local.tee 2
    call $print_line
    i32.const 1024
    i32.const 1024
    call $strlen
    local.tee 3
    call $print_line
    i32.const 1042
    i32.const 1042
    call $strlen
    local.tee 4
    call $print_line
    i32.const 1036
    local.get 4
    local.get 3
    local.get 2
    local.get 1
    local.get 0
    i32.add
    i32.add
    i32.add
    i32.add
    call $print_line
    i32.const 0)
  (table (;0;) 1 1 funcref)
  (memory (;0;) 2)
  (global $__stack_pointer (mut i32) (i32.const 66624))
  (export "memory" (memory 0))
  (export "strlen" (func $strlen))
  (data $.rodata (i32.const 1024) "translation\00total\00thirty-one characters, this one\00tide\00a\00"))
