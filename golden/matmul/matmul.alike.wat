(module
  (type (;0;) (func (param i32 i32)))
  (type (;1;) (func (param i32 i32 i32 i32)))
  (type (;2;) (func (result i32)))
  (import "env" "print_line" (func $print_line (type 0)))
  (func $multiply (type 1) (param i32 i32 i32 i32)
    (local i32 i32 i32 f64 i32 i32 i32)
    block  ;; label = @1
      local.get 3
      i32.const 1
      i32.lt_s
      br_if 0 (;@1;)
      i32.const 0
      local.set 4
      loop  ;; label = @2
        local.get 2
        local.set 5
        i32.const 0
        local.set 6
        loop  ;; label = @3
          f64.const 0x0p+0 (;=0;)
          local.set 7
          local.get 5
          local.set 8
          local.get 1
          local.set 9
          local.get 3
          local.set 10
          loop  ;; label = @4
            local.get 9
            f64.load
            local.get 8
            f64.load
            f64.mul
            local.get 7
            f64.add
            local.set 7
            local.get 8
            i32.const 192
            i32.add
            local.set 8
            local.get 9
            i32.const 8
            i32.add
            local.set 9
            local.get 10
            i32.const -1
            i32.add
            local.tee 10
            br_if 0 (;@4;)
          end
          local.get 0
          local.get 4
          i32.const 192
          i32.mul
          i32.add
          local.get 6
          i32.const 3
          i32.shl
          i32.add
          local.get 7
          f64.store
          local.get 5
          i32.const 8
          i32.add
          local.set 5
          local.get 6
          i32.const 1
          i32.add
          local.tee 6
          local.get 3
          i32.ne
          br_if 0 (;@3;)
        end
        local.get 1
        i32.const 192
        i32.add
        local.set 1
        local.get 4
        i32.const 1
        i32.add
        local.tee 4
        local.get 3
        i32.ne
        br_if 0 (;@2;)
      end
    end)
  (func $__original_main (type 2) (result i32)
    (local i32 i32 i32 i32 i32 i32 f64 f64)
    i32.const 0
    local.set 0
    i32.const 0
    local.set 1
    i32.const 0
    local.set 2
    loop  ;; label = @1
      local.get 0
      local.set 3
      local.get 1
      local.set 4
      i32.const 0
      local.set 5
      loop  ;; label = @2
        local.get 3
        i32.const 1056
        i32.add
        local.get 4
        f64.convert_i32_s
        f64.const 0x1p-3 (;=0.125;)
        f64.mul
        f64.store
        local.get 3
        i32.const 5664
        i32.add
        local.get 2
        local.get 5
        i32.add
        f64.convert_i32_s
        f64.const 0x1p-2 (;=0.25;)
        f64.mul
        f64.store
        local.get 3
        i32.const 8
        i32.add
        local.set 3
        local.get 4
        i32.const -1
        i32.add
        local.set 4
        local.get 5
        i32.const 5
        i32.add
        local.tee 5
        i32.const 120
        i32.ne
        br_if 0 (;@2;)
      end
      local.get 0
      i32.const 192
      i32.add
      local.set 0
      local.get 1
      i32.const 3
      i32.add
      local.set 1
      local.get 2
      i32.const 1
      i32.add
      local.tee 2
      i32.const 24
      i32.ne
      br_if 0 (;@1;)
    end
    i32.const 10272
    i32.const 1056
    i32.const 5664
    i32.const 24
    call $multiply
    f64.const 0x0p+0 (;=0;)
    local.set 6
    i32.const -4800
    local.set 3
    loop  ;; label = @1
      local.get 6
      local.get 3
      i32.const 15072
      i32.add
      f64.load
      f64.add
      local.set 6
      local.get 3
      i32.const 200
      i32.add
      local.tee 4
      local.set 3
      local.get 4
      br_if 0 (;@1;)
    end
    block  ;; label = @1
      block  ;; label = @2
        i32.const 0
        f64.load offset=10904
        f64.const 0x1p+5 (;=32;)
        f64.mul
        local.tee 7
        f64.abs
        f64.const 0x1p+31 (;=2.14748e+09;)
        f64.lt
        i32.eqz
        br_if 0 (;@2;)
        local.get 7
        i32.trunc_f64_s
        local.set 3
        br 1 (;@1;)
      end
      i32.const -2147483648
      local.set 3
    end
    i32.const 1035
    local.get 3
    call $print_line
    block  ;; label = @1
      block  ;; label = @2
        local.get 6
        f64.const 0x1p+5 (;=32;)
        f64.mul
        local.tee 6
        f64.abs
        f64.const 0x1p+31 (;=2.14748e+09;)
        f64.lt
        i32.eqz
        br_if 0 (;@2;)
        local.get 6
        i32.trunc_f64_s
        local.set 3
        br 1 (;@1;)
      end
      i32.const -2147483648
      local.set 3
    end
    i32.const 1024
    local.get 3
    call $print_line
    i32.const 0)
  (table (;0;) 1 1 funcref)
  (memory (;0;) 2)
  (global $__stack_pointer (mut i32) (i32.const 80416))
  (export "memory" (memory 0))
  (export "multiply" (func $multiply))
  (data $.rodata (i32.const 1024) "trace * 32\00product[3][7] * 32\00"))
