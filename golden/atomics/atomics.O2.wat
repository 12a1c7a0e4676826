  ;; main  0x11000..0x11134  (sp) -> a0, may exit
  (func $main (param $sp i64) (result i64 i32)
    (local $ra i64) (local $status i32)
    (atomic.fence)                                                      ;; 1100e  fence iorw,ow
    (block $owe (block $leave.3 (result i64) (block $leave.2 (result i64) (block $out.1
    (block $leave (result i64)
      (if                                                               ;; 1101e  call print_line
        (local.tee $status
          (call $print_line
            (local.tee $sp (i64.sub (local.get $sp) (i64.const 32)))    ;; 11000  addi sp,sp,-32
            (i64.const 0x12000)
            (i64.extend_i32_s (i32.atomic.rmw.add (i32.const 0x30a0) (i32.const 2)))))
        (then (br $leave (i64.const 0x11022))))
      (br_if $out.1                                                     ;; 11038  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12008)
            ;; 1102c  call exchange_if
            (call $exchange_if (i64.const 0x130a0) (i64.const 42) (i64.const -7)))))
      (if                                                               ;; 11050  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12008)
            ;; 11046  call exchange_if
            (call $exchange_if (i64.const 0x130a0) (i64.const 42) (i64.const -8))))
        (then (br $leave (i64.const 0x11054))))
      (if                                                               ;; 11066  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12018)
            (call $multiply (i64.const 0x130a0) (i64.const 6))))        ;; 1105a  call multiply
        (then (br $leave (i64.const 0x1106a))))
      (if                                                               ;; 11074  call print_line
        (local.tee $status
          (call $print_line (local.get $sp) (i64.const 0x12028) (i64.load32_s (i32.const 0x30a0))))
        (then (br $leave (i64.const 0x11078))))
      (atomic.fence)                                                    ;; 11084  fence iorw,ow
      (if                                                               ;; 11092  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12030)
            (i64.atomic.rmw.or (i32.const 0x3098) (i64.const -1152921504606846976))))
        (then (br $leave.2 (i64.const 0x11096))))
      (if                                                               ;; 110a8  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12038)
            ;; 1109e  amoand.d.aq a1,a5,(a4)
            (i64.atomic.rmw.and (i32.const 0x3098) (i64.const -256))))
        (then (br $leave.2 (i64.const 0x110ac))))
      (if                                                               ;; 110ba  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12040)
            ;; 110b0  amoxor.d a1,s1,(a5)
            (i64.atomic.rmw.xor (i32.const 0x3098) (i64.const -1))))
        (then (br $leave.3 (i64.const 0x110be))))
      (atomic.fence)                                                    ;; 110c4  fence iorw,ow
      (if                                                               ;; 110d2  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12048)
            ;; 110c8  amoswap.d.aq a1,a1,(a5)
            (i64.atomic.rmw.xchg (i32.const 0x3098) (i64.const 5))))
        (then (br $leave.3 (i64.const 0x110d6))))
      (if                                                               ;; 110e0  call print_line
        (local.tee $status
          (call $print_line (local.get $sp) (i64.const 0x12050) (i64.load (i32.const 0x3098))))
        (then (br $leave (i64.const 0x110e4))))
      (if                                                               ;; 110fc  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12058)
            (i64.extend_i32_u                                           ;; 110f6  srli a1,a1,0x20
              (i32.wrap_i64
                (call $lower (i64.const 0x13090) (i64.const 7))))))     ;; 110ec  call lower
        (then (br $leave.3 (i64.const 0x11100))))
      (if                                                               ;; 11116  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12068)
            (i64.extend_i32_u                                           ;; 11110  srli a1,a1,0x20
              (i32.wrap_i64
                (call $lower (i64.const 0x13090) (i64.const -1))))))    ;; 11106  call lower
        (then (br $leave.3 (i64.const 0x1111a))))
      (if                                                               ;; 11124  call print_line
        (local.tee $status
          (call $print_line (local.get $sp) (i64.const 0x12078) (i64.load32_u (i32.const 0x3090))))
        (then (br $leave (i64.const 0x11128))))
      (return (i64.const 0) (i32.const 0)))                             ;; 11132  ret
      (local.set $ra)
      (call $give.ra (local.get $ra))
      (br $owe))
      (call $give.ra.s1 (i64.const 0x1103c) (i64.const 0x12000))        ;; 11038  call print_line
      (br $owe))
      (local.set $ra)
      (call $give.ra.s0.s1 (local.get $ra) (i64.const 77824) (i64.const -1))
      (br $owe))
      (local.set $ra)
      (call $give.ra.s0 (local.get $ra) (i64.const 77824)))
    (call $owe.s1.s0.ra (i64.add (local.get $sp) (i64.const 8)))
    (i64.const 0) (local.get $status))

  ;; exchange_if  0x11134..0x11150  (a0, a1, a2) -> a0
  (func $exchange_if (param $a0 i64) (param $a1 i64) (param $a2 i64) (result i64)
    (local $a0.at i32) (local $tmp i32)
    (atomic.fence)                                                      ;; 11134  fence iorw,ow
    (loop $L4
      (if (i64.eq                                                       ;; 1113c  bne a5,a1,0x11146
          (i64.extend_i32_s                                             ;; 11138  lr.w.aq a5,(a0)
            (local.tee $tmp
              (i32.atomic.load
                (local.tee $a0.at (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))))))
          (local.get $a1))
        (then
          (br_if $L4                                                    ;; 11144  bnez a4,0x11138
            (i32.ne                                                     ;; 11140  sc.w.aq a4,a2,(a0)
              (i32.atomic.rmw.cmpxchg
                (local.get $a0.at)
                (local.get $tmp)
                (i32.wrap_i64 (local.get $a2)))
              (local.get $tmp))))))
    (i64.extend_i32_u                                                   ;; 1114e  ret
      (i32.eq (local.get $tmp) (i32.wrap_i64 (local.get $a1)))))        ;; 1114a  seqz a0,a0

  ;; multiply  0x11150..0x11172  (a0, a1) -> a0
  (func $multiply (param $a0 i64) (param $a1 i64) (result i64)
    (local $a0.at i32) (local $a0.2 i32) (local $reserved.value i32) (local $tmp i32)
    (local.set $a0.2                                                    ;; 11152  lw a0,0(a0)
      (i32.load (local.tee $a0.at (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000)))))
    (loop $L4
      ;; 11154  mulw a3,a1,a0
      (call $multiply@11154.loop (local.get $a0.2) (local.get $a1) (local.get $a0.at))
      (local.set $tmp)
      (local.set $reserved.value)
      (local.set $a0.2)
      (br_if $L4 (i32.eqz (local.get $tmp))))
    (i64.extend_i32_s (local.get $reserved.value)))                     ;; 11170  ret

  ;; multiply  0x11154..0x11172  (a0, a1, tmp), one turn of the loop in multiply at 0x11154
  (func $multiply@11154.loop (param $a0 i32) (param $a1 i64) (param $tmp i32) (result i32 i32 i32)
    (local $a1.2 i32) (local $reserved.value i32) (local $reserved.value.2 i32)
    (local.set $a1.2                                                    ;; 11154  mulw a3,a1,a0
      (i32.mul (i32.wrap_i64 (local.get $a1)) (local.get $a0)))
    (loop $L4
      (if (i32.eqz                                                      ;; 1115c  bne a4,a0,0x11166
          (local.tee $reserved.value.2
            (i32.ne
              (local.tee $reserved.value (i32.atomic.load (local.get $tmp)))
              (local.get $a0))))
        (then
          (br_if $L4                                                    ;; 11164  bnez a2,0x11158
            (i32.ne                                                     ;; 11160  sc.w.aq a2,a3,(a5)
              (i32.atomic.rmw.cmpxchg (local.get $tmp) (local.get $reserved.value)
                (local.get $a1.2))
              (local.get $reserved.value))))))
    (if (local.get $reserved.value.2)                                   ;; 1116e  bnez a3,0x11154
      (then (return (local.get $reserved.value) (local.get $reserved.value) (i32.const 0))))
    (i32.const 0) (local.get $reserved.value) (i32.const 1))

  ;; lower  0x11172..0x1117c  (a0, a1) -> a0
  (func $lower (param $a0 i64) (param $a1 i64) (result i64)
    (i64.extend_i32_s                                                   ;; 1117a  ret
      ;; 11172  amominu.w a1,a1,(a0)
      (call $rv.amominu_i32
        (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))
        (i32.wrap_i64 (local.get $a1)))))
