(module
  (type (;0;) (func (param i32 i32)))
  (type (;1;) (func (result i32)))
  (import "env" "print_line" (func $print_line (type 0)))
  (func $scan (type 0) (param i32 i32)
    (local i32 i32 i32 i32 i32)
    block  ;; label = @1
      local.get 0
      i32.load8_u
      local.tee 2
      i32.eqz
      br_if 0 (;@1;)
      local.get 0
      i32.const 1
      i32.add
      local.set 3
      i32.const 0
      local.set 4
      loop  ;; label = @2
        local.get 3
        local.set 0
        local.get 2
        i32.const 24
        i32.shl
        local.set 3
        block  ;; label = @3
          local.get 2
          i32.const 255
          i32.and
          local.tee 5
          i32.const 10
          i32.ne
          local.tee 6
          br_if 0 (;@3;)
          local.get 1
          local.get 1
          i32.load offset=12
          i32.const 1
          i32.add
          i32.store offset=12
        end
        local.get 3
        i32.const 24
        i32.shr_s
        local.set 2
        block  ;; label = @3
          block  ;; label = @4
            block  ;; label = @5
              block  ;; label = @6
                block  ;; label = @7
                  block  ;; label = @8
                    local.get 4
                    br_table 4 (;@4;) 0 (;@8;) 1 (;@7;) 2 (;@6;) 3 (;@5;) 5 (;@3;)
                  end
                  i32.const 1
                  local.set 4
                  local.get 2
                  i32.const 32
                  i32.or
                  i32.const -123
                  i32.add
                  i32.const -27
                  i32.gt_u
                  br_if 4 (;@3;)
                  local.get 2
                  i32.const -58
                  i32.add
                  i32.const -10
                  i32.lt_u
                  br_if 3 (;@4;)
                  br 4 (;@3;)
                end
                i32.const 2
                local.set 4
                local.get 2
                i32.const -58
                i32.add
                i32.const -11
                i32.gt_u
                br_if 3 (;@3;)
                br 2 (;@4;)
              end
              local.get 5
              i32.const 47
              i32.ne
              br_if 1 (;@4;)
              local.get 1
              local.get 1
              i32.load offset=8
              i32.const 1
              i32.add
              i32.store offset=8
              i32.const 4
              local.set 4
              br 2 (;@3;)
            end
            local.get 6
            i32.const 2
            i32.shl
            local.set 4
            br 1 (;@3;)
          end
          block  ;; label = @4
            local.get 2
            i32.const 32
            i32.or
            i32.const -123
            i32.add
            i32.const -26
            i32.lt_u
            br_if 0 (;@4;)
            i32.const 1
            local.set 4
            local.get 1
            local.get 1
            i32.load
            i32.const 1
            i32.add
            i32.store
            br 1 (;@3;)
          end
          block  ;; label = @4
            local.get 2
            i32.const -58
            i32.add
            i32.const -10
            i32.lt_u
            br_if 0 (;@4;)
            local.get 1
            local.get 1
            i32.load offset=4
            i32.const 1
            i32.add
            i32.store offset=4
            i32.const 2
            local.set 4
            br 1 (;@3;)
          end
          i32.const 3
          i32.const 0
          local.get 5
          i32.const 47
          i32.eq
          select
          local.set 4
        end
        local.get 0
        i32.const 1
        i32.add
        local.set 3
        local.get 0
        i32.load8_u
        local.tee 2
        br_if 0 (;@2;)
      end
    end)
  (func $__original_main (type 1) (result i32)
    (local i32 i32)
    global.get $__stack_pointer
    i32.const 16
    i32.sub
    local.tee 0
    global.set $__stack_pointer
    local.get 0
    i32.const 8
    i32.add
    local.tee 1
    i64.const 0
    i64.store
    local.get 0
    i64.const 0
    i64.store
    i32.const 1024
    local.get 0
    call $scan
    i32.const 1136
    local.get 0
    i32.load
    call $print_line
    i32.const 1122
    local.get 0
    i32.load offset=4
    call $print_line
    i32.const 1113
    local.get 1
    i32.load
    call $print_line
    i32.const 1130
    local.get 0
    i32.load offset=12
    call $print_line
    local.get 0
    i32.const 16
    i32.add
    global.set $__stack_pointer
    i32.const 0)
  (table (;0;) 1 1 funcref)
  (memory (;0;) 2)
  (global $__stack_pointer (mut i32) (i32.const 66688))
  (export "memory" (memory 0))
  (export "scan" (func $scan))
  (data $.rodata (i32.const 1024) "let x1 = 40 + 2 // the answer, 42\0ahalf = x1 / 2\0a// nothing here 1 2 3\0aprint half 7seven\0a\00comments\00numbers\00lines\00words\00"))
