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
            (i64.extend_i32_s                                           ;; 11018  sext.w a1,a1
              (i32.wrap_i64
                ;; 11012  amoadd.w.aq a1,a5,(a4)
                (i64.extend_i32_s
                  (i32.atomic.rmw.add
                    (i32.sub
                      (i32.wrap_i64 (i64.sub (i64.const 80010) (i64.const 2026)))
                      (i32.const 0x10000))
                    (i32.wrap_i64 (i64.const 2))))))))
        (then (br $leave (i64.const 0x11022))))
      (br_if $out.1                                                     ;; 11038  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 8))                 ;; 11034  addi a0,s1,8
            (call $exchange_if                                          ;; 1102c  call exchange_if
              (i64.sub (i64.const 80010) (i64.const 2026))              ;; 11024  addi a0,gp,-2026
              (i64.const 42)
              (i64.const -7)))))
      (if                                                               ;; 11050  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 8))                 ;; 1104c  addi a0,s1,8
            (call $exchange_if                                          ;; 11046  call exchange_if
              (i64.sub (i64.const 80010) (i64.const 2026))              ;; 1103e  addi a0,gp,-2026
              (i64.const 42)
              (i64.const -8))))
        (then (br $leave (i64.const 0x11054))))
      (if                                                               ;; 11066  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 24))                ;; 11062  addi a0,a0,24
            (call $multiply                                             ;; 1105a  call multiply
              (i64.sub (i64.const 80010) (i64.const 2026))              ;; 11054  addi a0,gp,-2026
              (i64.const 6))))
        (then (br $leave (i64.const 0x1106a))))
      (if                                                               ;; 11074  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 40))                ;; 11070  addi a0,a0,40
            (i64.load32_s (i32.sub (i32.wrap_i64 (i64.const 80010)) (i32.const 0x107ea)))))
        (then (br $leave (i64.const 0x11078))))
      (atomic.fence)                                                    ;; 11084  fence iorw,ow
      (if                                                               ;; 11092  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 48))                ;; 1108e  addi a0,a0,48
            (i64.atomic.rmw.or                                          ;; 11088  amoor.d a1,a5,(a4)
              (i32.sub
                (i32.wrap_i64 (i64.add (i64.const 77824) (i64.const 152)))
                (i32.const 0x10000))
              (i64.shl (i64.const -1) (i64.const 60)))))                ;; 1107c  slli a5,s1,0x3c
        (then (br $leave.2 (i64.const 0x11096))))
      (if                                                               ;; 110a8  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 56))                ;; 110a4  addi a0,a0,56
            ;; 1109e  amoand.d.aq a1,a5,(a4)
            (i64.atomic.rmw.and
              (i32.sub
                (i32.wrap_i64 (i64.add (i64.const 77824) (i64.const 152)))
                (i32.const 0x10000))
              (i64.const -256))))
        (then (br $leave.2 (i64.const 0x110ac))))
      (if                                                               ;; 110ba  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 64))                ;; 110b6  addi a0,a0,64
            ;; 110b0  amoxor.d a1,s1,(a5)
            (i64.atomic.rmw.xor
              (i32.sub
                (i32.wrap_i64 (i64.add (i64.const 77824) (i64.const 152)))
                (i32.const 0x10000))
              (i64.const -1))))
        (then (br $leave.3 (i64.const 0x110be))))
      (atomic.fence)                                                    ;; 110c4  fence iorw,ow
      (if                                                               ;; 110d2  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 72))                ;; 110ce  addi a0,a0,72
            ;; 110c8  amoswap.d.aq a1,a1,(a5)
            (i64.atomic.rmw.xchg
              (i32.sub
                (i32.wrap_i64 (i64.add (i64.const 77824) (i64.const 152)))
                (i32.const 0x10000))
              (i64.const 5))))
        (then (br $leave.3 (i64.const 0x110d6))))
      (if                                                               ;; 110e0  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 80))                ;; 110dc  addi a0,a0,80
            (i64.load offset=152 (i32.sub (i32.wrap_i64 (i64.const 77824)) (i32.const 0x10000)))))
        (then (br $leave (i64.const 0x110e4))))
      (if                                                               ;; 110fc  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 88))                ;; 110f8  addi a0,a0,88
            (i64.shr_u                                                  ;; 110f6  srli a1,a1,0x20
              (i64.shl                                                  ;; 110f0  slli a1,a0,0x20
                (call $lower                                            ;; 110ec  call lower
                  (i64.add (i64.const 77824) (i64.const 144))           ;; 110e8  addi a0,s0,144
                  (i64.const 7))
                (i64.const 32))
              (i64.const 32))))
        (then (br $leave.3 (i64.const 0x11100))))
      (if                                                               ;; 11116  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 104))               ;; 11112  addi a0,a0,104
            (i64.shr_u                                                  ;; 11110  srli a1,a1,0x20
              (i64.shl                                                  ;; 1110a  slli a1,a0,0x20
                (call $lower                                            ;; 11106  call lower
                  (i64.add (i64.const 77824) (i64.const 144))           ;; 11102  addi a0,s0,144
                  (i64.const -1))
                (i64.const 32))
              (i64.const 32))))
        (then (br $leave.3 (i64.const 0x1111a))))
      (if                                                               ;; 11124  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 120))               ;; 11120  addi a0,a0,120
            (i64.load32_u offset=144                                    ;; 1111a  lwu a1,144(s0)
              (i32.sub (i32.wrap_i64 (i64.const 77824)) (i32.const 0x10000)))))
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
    (local $reserved.value i64) (local $reserved.addr i64) (local $sc.failed i64)
    (atomic.fence)                                                      ;; 11134  fence iorw,ow
    (loop $L4
      (local.set $reserved.addr                                         ;; 11138  lr.w.aq a5,(a0)
        (i64.add (local.get $a0) (i64.const 1)))
      (if (i64.eq                                                       ;; 1113c  bne a5,a1,0x11146
          (local.tee $reserved.value                                    ;; 11138  lr.w.aq a5,(a0)
            (i64.extend_i32_s
              (i32.atomic.load (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000)))))
          (local.get $a1))
        (then
          (if (i64.eq                                                   ;; 11140  sc.w.aq a4,a2,(a0)
              (i64.add (local.get $a0) (i64.const 1))
              (local.get $reserved.addr))
            (then
              (local.set $sc.failed
                (i64.extend_i32_u
                  (i32.ne
                    (i32.atomic.rmw.cmpxchg
                      (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))
                      (i32.wrap_i64 (local.get $reserved.value))
                      (i32.wrap_i64 (local.get $a2)))
                    (i32.wrap_i64 (local.get $reserved.value))))))
            (else (local.set $sc.failed (i64.const 1))))
          (br_if $L4 (i64.ne (local.get $sc.failed) (i64.const 0))))))  ;; 11144  bnez a4,0x11138
    (i64.extend_i32_u                                                   ;; 1114e  ret
      (i64.lt_u                                                         ;; 1114a  seqz a0,a0
        (i64.extend_i32_s                                               ;; 11146  subw a0,a5,a1
          (i32.sub (i32.wrap_i64 (local.get $reserved.value)) (i32.wrap_i64 (local.get $a1))))
        (i64.const 1))))

  ;; multiply  0x11150..0x11172  (a0, a1) -> a0
  (func $multiply (param $a0 i64) (param $a1 i64) (result i64)
    (local $a0.2 i64) (local $a3 i64) (local $reserved.value i64) (local $reserved.addr i64)
    (local $sc.failed i64) (local $a0.3 i64)
    (local.set $a0.2                                                    ;; 11152  lw a0,0(a0)
      (i64.load32_s (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))))
    (loop $L4
      (local.set $a3                                                    ;; 11154  mulw a3,a1,a0
        (i64.extend_i32_s
          (i32.mul (i32.wrap_i64 (local.get $a1)) (i32.wrap_i64 (local.get $a0.2)))))
      (loop $L8
        (local.set $reserved.addr                                       ;; 11158  lr.w a4,(a5)
          (i64.add (local.get $a0) (i64.const 1)))
        (if (i64.eq                                                     ;; 1115c  bne a4,a0,0x11166
            (local.tee $reserved.value                                  ;; 11158  lr.w a4,(a5)
              (i64.extend_i32_s
                (i32.atomic.load (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000)))))
            (local.get $a0.2))
          (then
            (if (i64.eq                                                 ;; 11160  sc.w.aq a2,a3,(a5)
                (i64.add (local.get $a0) (i64.const 1))
                (local.get $reserved.addr))
              (then
                (local.set $sc.failed
                  (i64.extend_i32_u
                    (i32.ne
                      (i32.atomic.rmw.cmpxchg
                        (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))
                        (i32.wrap_i64 (local.get $reserved.value))
                        (i32.wrap_i64 (local.get $a3)))
                      (i32.wrap_i64 (local.get $reserved.value))))))
              (else (local.set $sc.failed (i64.const 1))))
            (br_if $L8                                                  ;; 11164  bnez a2,0x11158
              (i64.ne (local.get $sc.failed) (i64.const 0))))))
      (local.set $a0.3                                                  ;; 1116a  sext.w a0,a4
        (i64.extend_i32_s (i32.wrap_i64 (local.get $reserved.value))))
      (if (i64.ne                                                       ;; 1116e  bnez a3,0x11154
          (i64.extend_i32_s                                             ;; 11166  subw a3,a4,a0
            (i32.sub (i32.wrap_i64 (local.get $reserved.value)) (i32.wrap_i64 (local.get $a0.2))))
          (i64.const 0))
        (then
          (local.set $a0.2 (local.get $a0.3))
          (br $L4))))
    (local.get $a0.3))                                                  ;; 11170  ret

  ;; lower  0x11172..0x1117c  (a0, a1) -> a0
  (func $lower (param $a0 i64) (param $a1 i64) (result i64)
    (i64.extend_i32_s                                                   ;; 1117a  ret
      (i32.wrap_i64                                                     ;; 11176  sext.w a0,a1
        ;; 11172  amominu.w a1,a1,(a0)
        (i64.extend_i32_s
          (call $rv.amominu_i32
            (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))
            (i32.wrap_i64 (local.get $a1)))))))
