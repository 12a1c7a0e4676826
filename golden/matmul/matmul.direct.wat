(module
  (type (;0;) (func (param i32 i32)))
  (type (;1;) (func (param i32 i32 i32 i32)))
  (type (;2;) (func (result i32)))
  (import "env" "print_line" (func $print_line (type 0)))
  (func $multiply (type 1) (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 f64 i32 i32 i32)
    block  ;; label = @1
      local.get 3
      i32.const 1
      i32.lt_s
      br_if 0 (;@1;)
      local.get 1
      i32.const 16
      i32.add
      local.set 4
      local.get 3
      i32.const -4
      i32.and
      local.set 5
      local.get 3
      i32.const 3
      i32.and
      local.set 6
      i32.const 0
      local.set 7
      local.get 3
      i32.const -1
      i32.add
      i32.const 3
      i32.lt_u
      local.set 8
      loop  ;; label = @2
        local.get 2
        local.set 9
        i32.const 0
        local.set 10
        loop  ;; label = @3
          f64.const 0x0p+0 (;=0;)
          local.set 11
          i32.const 0
          local.set 12
          block  ;; label = @4
            local.get 8
            br_if 0 (;@4;)
            local.get 9
            local.set 13
            local.get 4
            local.set 14
            loop  ;; label = @5
              local.get 14
              i32.const 8
              i32.add
              f64.load
              local.get 13
              i32.const 576
              i32.add
              f64.load
              f64.mul
              local.get 14
              f64.load
              local.get 13
              i32.const 384
              i32.add
              f64.load
              f64.mul
              local.get 14
              i32.const -8
              i32.add
              f64.load
              local.get 13
              i32.const 192
              i32.add
              f64.load
              f64.mul
              local.get 14
              i32.const -16
              i32.add
              f64.load
              local.get 13
              f64.load
              f64.mul
              local.get 11
              f64.add
              f64.add
              f64.add
              f64.add
              local.set 11
              local.get 13
              i32.const 768
              i32.add
              local.set 13
              local.get 14
              i32.const 32
              i32.add
              local.set 14
              local.get 5
              local.get 12
              i32.const 4
              i32.add
              local.tee 12
              i32.ne
              br_if 0 (;@5;)
            end
          end
          block  ;; label = @4
            local.get 6
            i32.eqz
            br_if 0 (;@4;)
            local.get 1
            local.get 12
            i32.const 3
            i32.shl
            i32.add
            local.set 13
            local.get 9
            local.get 12
            i32.const 192
            i32.mul
            i32.add
            local.set 14
            local.get 6
            local.set 12
            loop  ;; label = @5
              local.get 13
              f64.load
              local.get 14
              f64.load
              f64.mul
              local.get 11
              f64.add
              local.set 11
              local.get 13
              i32.const 8
              i32.add
              local.set 13
              local.get 14
              i32.const 192
              i32.add
              local.set 14
              local.get 12
              i32.const -1
              i32.add
              local.tee 12
              br_if 0 (;@5;)
            end
          end
          local.get 0
          local.get 7
          i32.const 192
          i32.mul
          i32.add
          local.get 10
          i32.const 3
          i32.shl
          i32.add
          local.get 11
          f64.store
          local.get 9
          i32.const 8
          i32.add
          local.set 9
          local.get 10
          i32.const 1
          i32.add
          local.tee 10
          local.get 3
          i32.ne
          br_if 0 (;@3;)
        end
        local.get 1
        i32.const 192
        i32.add
        local.set 1
        local.get 4
        i32.const 192
        i32.add
        local.set 4
        local.get 7
        i32.const 1
        i32.add
        local.tee 7
        local.get 3
        i32.ne
        br_if 0 (;@2;)
      end
    end)
  (func $__original_main (type 2) (result i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64)
    i32.const -1
    local.set 0
    i32.const 0
    local.set 1
    i32.const 5
    local.set 2
    i32.const 0
    local.set 3
    loop  ;; label = @1
      local.get 2
      local.set 4
      i32.const 0
      local.set 5
      local.get 0
      local.set 6
      loop  ;; label = @2
        local.get 1
        local.get 5
        i32.add
        local.tee 7
        i32.const 1064
        i32.add
        local.get 6
        f64.convert_i32_s
        f64.const 0x1p-3 (;=0.125;)
        f64.mul
        f64.store
        local.get 7
        i32.const 5672
        i32.add
        local.get 4
        f64.convert_i32_s
        f64.const 0x1p-2 (;=0.25;)
        f64.mul
        f64.store
        local.get 7
        i32.const 5664
        i32.add
        local.get 4
        i32.const -5
        i32.add
        f64.convert_i32_s
        f64.const 0x1p-2 (;=0.25;)
        f64.mul
        f64.store
        local.get 7
        i32.const 1056
        i32.add
        local.get 6
        i32.const 1
        i32.add
        f64.convert_i32_s
        f64.const 0x1p-3 (;=0.125;)
        f64.mul
        f64.store
        local.get 4
        i32.const 10
        i32.add
        local.set 4
        local.get 6
        i32.const -2
        i32.add
        local.set 6
        local.get 5
        i32.const 16
        i32.add
        local.tee 5
        i32.const 192
        i32.ne
        br_if 0 (;@2;)
      end
      local.get 2
      i32.const 1
      i32.add
      local.set 2
      local.get 1
      i32.const 192
      i32.add
      local.set 1
      local.get 0
      i32.const 3
      i32.add
      local.set 0
      local.get 3
      i32.const 1
      i32.add
      local.tee 3
      i32.const 24
      i32.ne
      br_if 0 (;@1;)
    end
    i32.const 10272
    i32.const 1056
    i32.const 5664
    i32.const 24
    call $multiply
    block  ;; label = @1
      block  ;; label = @2
        i32.const 0
        f64.load offset=10904
        f64.const 0x1p+5 (;=32;)
        f64.mul
        local.tee 8
        f64.abs
        f64.const 0x1p+31 (;=2.14748e+09;)
        f64.lt
        i32.eqz
        br_if 0 (;@2;)
        local.get 8
        i32.trunc_f64_s
        local.set 4
        br 1 (;@1;)
      end
      i32.const -2147483648
      local.set 4
    end
    i32.const 0
    f64.load offset=14872
    local.set 8
    i32.const 0
    f64.load offset=14672
    local.set 9
    i32.const 0
    f64.load offset=14472
    local.set 10
    i32.const 0
    f64.load offset=14272
    local.set 11
    i32.const 0
    f64.load offset=14072
    local.set 12
    i32.const 0
    f64.load offset=13872
    local.set 13
    i32.const 0
    f64.load offset=13672
    local.set 14
    i32.const 0
    f64.load offset=13472
    local.set 15
    i32.const 0
    f64.load offset=13272
    local.set 16
    i32.const 0
    f64.load offset=13072
    local.set 17
    i32.const 0
    f64.load offset=12872
    local.set 18
    i32.const 0
    f64.load offset=12672
    local.set 19
    i32.const 0
    f64.load offset=12472
    local.set 20
    i32.const 0
    f64.load offset=12272
    local.set 21
    i32.const 0
    f64.load offset=12072
    local.set 22
    i32.const 0
    f64.load offset=11872
    local.set 23
    i32.const 0
    f64.load offset=11672
    local.set 24
    i32.const 0
    f64.load offset=11472
    local.set 25
    i32.const 0
    f64.load offset=11272
    local.set 26
    i32.const 0
    f64.load offset=11072
    local.set 27
    i32.const 0
    f64.load offset=10872
    local.set 28
    i32.const 0
    f64.load offset=10672
    local.set 29
    i32.const 0
    f64.load offset=10472
    local.set 30
    i32.const 0
    f64.load offset=10272
    local.set 31
    i32.const 1035
    local.get 4
    call $print_line
    block  ;; label = @1
      block  ;; label = @2
        local.get 8
        local.get 9
        local.get 10
        local.get 11
        local.get 12
        local.get 13
        local.get 14
        local.get 15
        local.get 16
        local.get 17
        local.get 18
        local.get 19
        local.get 20
        local.get 21
        local.get 22
        local.get 23
        local.get 24
        local.get 25
        local.get 26
        local.get 27
        local.get 28
        local.get 29
        local.get 30
        local.get 31
        f64.const 0x0p+0 (;=0;)
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.add
        f64.const 0x1p+5 (;=32;)
        f64.mul
        local.tee 8
        f64.abs
        f64.const 0x1p+31 (;=2.14748e+09;)
        f64.lt
        i32.eqz
        br_if 0 (;@2;)
        local.get 8
        i32.trunc_f64_s
        local.set 4
        br 1 (;@1;)
      end
      i32.const -2147483648
      local.set 4
    end
    i32.const 1024
    local.get 4
    call $print_line
    i32.const 0)
  (table (;0;) 1 1 funcref)
  (memory (;0;) 2)
  (global $__stack_pointer (mut i32) (i32.const 80416))
  (export "memory" (memory 0))
  (export "multiply" (func $multiply))
  (data $.rodata (i32.const 1024) "trace * 32\00product[3][7] * 32\00"))
