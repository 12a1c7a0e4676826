  ;; mark  0x11000..0x11010  (), may exit, observer: stores its caller's s0 outside its frame at
  ;;     0x11008, irregular: stores its caller's s0 outside its frame at 0x11008
  (func $mark (result i32)
    (local $ra i64) (local $a0.at i32)
    (i64.store                                                          ;; 11000  sd ra,0(a0)
      (local.tee $a0.at (i32.sub (i32.wrap_i64 (global.get $state.a0)) (i32.const 0x10000)))
      (local.tee $ra (global.get $state.ra)))
    (i64.store offset=8 (local.get $a0.at) (global.get $state.sp))      ;; 11004  sd sp,8(a0)
    (i64.store offset=16 (local.get $a0.at) (global.get $state.s0))     ;; 11008  sd s0,16(a0)
    (i64.store offset=24 (local.get $a0.at) (global.get $state.s1))     ;; 1100a  sd s1,24(a0)
    (call $exit.a0                                                      ;; 1100e  ret
      (i32.const 8)
      (i64.and (local.get $ra) (i64.const -2))
      (i64.const 0)))

  ;; leap  0x11010..0x11020  (), may exit, irregular: 1101e: return address not proven
  (func $leap (result i32)
    (local $ra i64) (local $a0.at i32)
    (call $exit.ra.sp.s0.s1.a0                                          ;; 1101e  ret
      (i32.const 1)
      (i64.and
        (local.tee $ra                                                  ;; 11010  ld ra,0(a0)
          (i64.load
            (local.tee $a0.at (i32.sub (i32.wrap_i64 (global.get $state.a0)) (i32.const 0x10000)))))
        (i64.const -2))
      (local.get $ra)
      (i64.load offset=8 (local.get $a0.at))                            ;; 11014  ld sp,8(a0)
      (i64.load offset=16 (local.get $a0.at))                           ;; 11018  ld s0,16(a0)
      (i64.load offset=24 (local.get $a0.at))                           ;; 1101a  ld s1,24(a0)
      (global.get $state.a1)))

  ;; descend  0x11020..0x11046  (sp, a0), may exit
  (func $descend (param $sp i64) (param $a0 i64) (result i32)
    (local $status i32)
    (if (i64.lt_u (local.get $sp) (global.get $state.stack_limit))      ;; 11020  addi sp,sp,-32
      (then
        (return
          (call $exit.sp.a0 (i32.const 3) (i64.const 0x11020) (local.get $sp) (local.get $a0)))))
    (local.set $sp (i64.sub (local.get $sp) (i64.const 32)))
    (if (i64.eqz (local.get $a0))                                       ;; 11028  beqz a0,0x11038
      (then
        (call $exit.ra.sp.s0.a0.a1 (i32.const 7) (i64.const 0x11010)    ;; 11042  call leap
          (i64.const 0x11046) (local.get $sp) (local.get $a0) (i64.const 0x13020) (i64.const 7))
        (call $owe.s0.ra (i64.add (local.get $sp) (i64.const 16)))
        (return)))
    (block $out.1
      (br_if $out.1                                                     ;; 1102c  call descend
        (local.tee $status (call $descend (local.get $sp) (i64.sub (local.get $a0) (i64.const 1)))))
      (return (i32.const 0)))                                           ;; 11036  ret
    (call $give.ra (i64.const 0x11030))                                 ;; 1102c  call descend
    (call $owe.s0.ra (i64.add (local.get $sp) (i64.const 16)))
    (local.get $status))

  ;; main  0x11046..0x11080  (sp) -> a0, may exit
  (func $main (param $sp i64) (result i64 i32)
    (call $exit.ra.sp.s1.a0->i64                                        ;; 11058  call mark
      (i32.const 7) (i64.const 0x11000) (i64.const 0x1105c)
      (local.tee $sp (i64.sub (local.get $sp) (i64.const 16)))          ;; 11046  addi sp,sp,-16
      (i64.const 35) (i64.const 0x13020))
    (call $owe.s1.ra (local.get $sp)))

  ;; main  0x1105c..0x11080  (), continues main from 0x1105c
  (func $main@1105c (result i32)
    (local $sp i64) (local $a0 i64) (local $ra i64) (local $ra.2 i64) (local $sp.at i32)
    (local $status i32)
    (local.set $sp (global.get $state.sp))                              ;; 1105c  bnez a0,0x11066
    (block $leave (result i64)
      (if (i64.ne (local.tee $a0 (global.get $state.a0)) (i64.const 0))
        (then
          (if                                                           ;; 11072  call print_line
            (local.tee $status
              (call $print_line
                (local.get $sp)
                (i64.const 0x12000)
                (i64.add (local.get $a0) (global.get $state.s1))))      ;; 11066  add a1,a0,s1
            (then (br $leave (i64.const 0x11076)))))
        (else
          (if                                                           ;; 11060  call descend
            (local.tee $status (call $descend (local.get $sp) (i64.const 3)))
            (then (br $leave (i64.const 0x11064))))))
      (return                                                           ;; 1107e  ret
        (call $exit.ra.sp.s1.a0
          (i32.const 8)
          (i64.and
            (local.tee $ra                                              ;; 11078  ld ra,8(sp)
              (i64.load offset=8
                (local.tee $sp.at (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000)))))
            (i64.const -2))
          (local.get $ra)
          (i64.add (local.get $sp) (i64.const 16))                      ;; 1107c  addi sp,sp,16
          (i64.load (local.get $sp.at))                                 ;; 1107a  ld s1,0(sp)
          (i64.const 0))))
    (local.set $ra.2)
    (call $give.ra (local.get $ra.2))
    (local.get $status))
