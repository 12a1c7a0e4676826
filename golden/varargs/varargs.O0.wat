  ;; sum  0x11000..0x1103a  (sp, a0, a1, a2, a3, a4, a5, a6, a7) -> a0
  (func $sum (param $sp i64) (param $a0 i64) (param $a1 i64) (param $a2 i64) (param $a3 i64)
    (param $a4 i64) (param $a5 i64) (param $a6 i64) (param $a7 i64) (result i64)
    (i64.store offset=24                                                ;; 11002  sd a1,24(sp)
      (i32.sub
        (i32.wrap_i64 (local.tee $sp (i64.sub (local.get $sp) (i64.const 80))))
        (i32.const 0x10000))
      (local.get $a1))
    (i64.store offset=32                                                ;; 11004  sd a2,32(sp)
      (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
      (local.get $a2))
    (i64.store offset=40                                                ;; 11006  sd a3,40(sp)
      (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
      (local.get $a3))
    (i64.store offset=48                                                ;; 11008  sd a4,48(sp)
      (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
      (local.get $a4))
    (i64.store offset=56                                                ;; 1100a  sd a5,56(sp)
      (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
      (local.get $a5))
    (i64.store offset=64                                                ;; 1100c  sd a6,64(sp)
      (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
      (local.get $a6))
    (i64.store offset=72                                                ;; 1100e  sd a7,72(sp)
      (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
      (local.get $a7))
    (i64.store offset=8                                                 ;; 11012  sd a5,8(sp)
      (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
      (i64.add (local.get $sp) (i64.const 24)))                         ;; 11010  addi a5,sp,24
    (if (i64.le_s (local.get $a0) (i64.const 0))                        ;; 11014  blez a0,0x11036
      (then (return (i64.const 0))))                                    ;; 11034  ret
    (local.set $a5                                                      ;; 11018  addiw a5,a0,-1
      (i64.extend_i32_s (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 1))))
    (local.set $a0 (i64.const 0))
    (loop $L20
      (i64.store offset=8                                               ;; 11026  sd a3,8(sp)
        (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
        (i64.add                                                        ;; 11022  addi a3,a4,8
          (local.tee $a4                                                ;; 11020  ld a4,8(sp)
            (i64.load offset=8 (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))))
          (i64.const 8)))
      (local.set $a0                                                    ;; 1102a  add a0,a0,a4
        (i64.add
          (local.get $a0)
          (i64.load (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10000)))))
      (br_if $L20                                                       ;; 1102e  bne a5,a2,0x11020
        (i64.ne
          (local.tee $a5 (i64.extend_i32_s (i32.sub (i32.wrap_i64 (local.get $a5)) (i32.const 1))))
          (i64.const -1))))
    (local.get $a0))                                                    ;; 11034  ret

  ;; swap  0x1103a..0x11048  (sp, a0) -> a0
  (func $swap (param $sp i64) (param $a0 i64) (result i64)
    (i64.or                                                             ;; 11046  ret
      (i64.shr_u (local.get $a0) (i64.const 32))                        ;; 11040  srli a0,a0,0x20
      (i64.shl (local.get $a0) (i64.const 32))))                        ;; 1103e  slli a5,a5,0x20

  ;; divide  0x11048..0x11058  (sp, a0, a1) -> a0, a1
  (func $divide (param $sp i64) (param $a0 i64) (param $a1 i64) (result i64 i64)
    (call $rv.div (local.get $a0) (local.get $a1))                      ;; 11056  ret
    (call $rv.rem (local.get $a0) (local.get $a1)))

  ;; heavier  0x11058..0x11064  (sp, a0, fa0, fa1) -> a0, fa0
  (func $heavier (param $sp i64) (param $a0 i64) (param $fa0 f64) (param $fa1 f64) (result i64 f64)
    (i64.extend_i32_s                                                   ;; 11062  ret
      (i32.add (i32.wrap_i64 (local.get $a0)) (i32.const 1)))           ;; 1105e  addiw a0,a0,1
    (call $rv.canon_f64 (f64.mul (local.get $fa0) (local.get $fa1))))

  ;; shifted  0x11064..0x11094  (a0, a1, a2)
  (func $shifted (param $a0 i64) (param $a1 i64) (param $a2 i64)
    (local $a6 i64) (local $a5 i64) (local $a3 i64) (local $a4 i64)
    (local.set $a6 (i64.add (local.get $a1) (i64.const 40)))            ;; 11066  addi a6,a1,40
    (local.set $a5 (local.get $a1))
    (local.set $a3 (local.get $a2))
    (loop $L8
      (i64.store                                                        ;; 11070  sd a4,0(a5)
        (i32.sub (i32.wrap_i64 (local.get $a5)) (i32.const 0x10000))
        (i64.add                                                        ;; 1106e  add a4,a4,a3
          (i64.load (i32.sub (i32.wrap_i64 (local.get $a5)) (i32.const 0x10000)))
          (local.get $a3)))
      (local.set $a3 (i64.add (local.get $a3) (local.get $a2)))         ;; 11074  add a3,a3,a2
      (br_if $L8                                                        ;; 11076  bne a5,a6,0x1106c
        (i64.ne (local.tee $a5 (i64.add (local.get $a5) (i64.const 8))) (local.get $a6))))
    (local.set $a2                                                      ;; 1107e  ld a2,8(a1)
      (i64.load offset=8 (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000))))
    (local.set $a3                                                      ;; 11080  ld a3,16(a1)
      (i64.load offset=16 (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000))))
    (local.set $a4                                                      ;; 11082  ld a4,24(a1)
      (i64.load offset=24 (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000))))
    (local.set $a5                                                      ;; 11084  ld a5,32(a1)
      (i64.load offset=32 (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000))))
    (i64.store                                                          ;; 11086  sd a6,0(a0)
      (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))
      (i64.load (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000))))
    (i64.store offset=8                                                 ;; 1108a  sd a2,8(a0)
      (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))
      (local.get $a2))
    (i64.store offset=16                                                ;; 1108c  sd a3,16(a0)
      (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))
      (local.get $a3))
    (i64.store offset=24                                                ;; 1108e  sd a4,24(a0)
      (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))
      (local.get $a4))
    (i64.store offset=32                                                ;; 11090  sd a5,32(a0)
      (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))
      (local.get $a5)))

  ;; main  0x11094..0x1118a  (sp) -> a0, may exit
  (func $main (param $sp i64) (result i64 i32)
    (local $a0 i64) (local $a1 i64) (local $a5 i64) (local $a2 i64) (local $a3 i64) (local $a4 i64)
    (local $a5.2 i64) (local $ra i64) (local $status i32) (local $fa0 f64)
    (block $leave (result i64)
      (if                                                               ;; 110a6  call print_line
        (local.tee $status
          (call $print_line
            (local.tee $sp (i64.sub (local.get $sp) (i64.const 240)))   ;; 11094  addi sp,sp,-240
            (i64.const 0x12000)
            (call $sum (local.get $sp) (i64.const 0) (i64.const 0)      ;; 1109a  call sum
              (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0))))
        (then (br $leave (i64.const 0x110aa))))
      (i64.store offset=16                                              ;; 110ac  sd a5,16(sp)
        (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
        (i64.const 10))
      (i64.store offset=8                                               ;; 110b0  sd a5,8(sp)
        (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
        (i64.const 9))
      (i64.store                                                        ;; 110b4  sd a5,0(sp)
        (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
        (i64.const 8))
      (if                                                               ;; 110d2  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 16))                ;; 110ce  addi a0,a0,16
            (call $sum (local.get $sp) (i64.const 10) (i64.const 1)     ;; 110c6  call sum
              (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5) (i64.const 6) (i64.const 7))))
        (then (br $leave (i64.const 0x110d6))))
      (i64.store32 offset=200                                           ;; 110d8  sw a5,200(sp)
        (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
        (i64.const 3))
      (i64.store32 offset=204                                           ;; 110dc  sw a5,204(sp)
        (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
        (i64.const -4))
      (if                                                               ;; 110f6  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 32))                ;; 110f2  addi a0,a0,32
            (i64.extend_i32_s                                           ;; 110ee  addw a1,a1,a0
              (i32.add
                (i32.wrap_i64
                  (i64.extend_i32_s                                     ;; 110e8  mulw a1,a1,a0
                    (i32.mul
                      (i32.wrap_i64 (i64.const 100))
                      (i32.wrap_i64
                        (local.tee $a0                                  ;; 110e0  call swap
                          (call $swap
                            (local.get $sp)
                            (i64.load offset=200                        ;; 110de  ld a0,200(sp)
                              (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000)))))))))
                (i32.wrap_i64 (i64.shr_s (local.get $a0) (i64.const 32)))))))
        (then (br $leave (i64.const 0x110fa))))
      (call $divide (local.get $sp) (i64.const -1000) (i64.const 7))    ;; 11100  call divide
      (local.set $a1)
      (local.set $a0)
      (i64.store offset=184                                             ;; 11104  sd a1,184(sp)
        (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
        (local.get $a1))
      (if                                                               ;; 1110e  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 40))                ;; 1110a  addi a0,a0,40
            (local.get $a0)))
        (then (br $leave (i64.const 0x11112))))
      (if                                                               ;; 1111a  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 56))                ;; 11116  addi a0,a0,56
            (i64.load offset=184 (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000)))))
        (then (br $leave (i64.const 0x1111e))))
      (call $heavier                                                    ;; 1112a  call heavier
        (local.get $sp)
        (i64.const 9)
        (f64.load offset=160 (i32.sub (i32.wrap_i64 (i64.const 0x13000)) (i32.const 0x10000)))
        (f64.load (i32.sub (i32.wrap_i64 (i64.const 80026)) (i32.const 0x107f2))))
      (local.set $fa0)
      (local.set $a0)
      (i64.store32 offset=168                                           ;; 1112e  sw a0,168(sp)
        (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
        (local.get $a0))
      (if                                                               ;; 11142  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 72))                ;; 1113e  addi a0,a0,72
            ;; 11138  fcvt.l.d a1,fa0,rtz
            (call $rv.trunc_i64_s_f64
              (call $rv.canon_f64                                       ;; 11134  fmul.d fa0,fa0,fa5
                (f64.mul
                  (local.get $fa0)
                  (f64.load (i32.sub (i32.wrap_i64 (i64.const 80026)) (i32.const 0x107ea))))))))
        (then (br $leave (i64.const 0x11146))))
      (if                                                               ;; 1114e  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 88))                ;; 1114a  addi a0,a0,88
            (i64.load32_s offset=168 (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000)))))
        (then (br $leave (i64.const 0x11152))))
      (local.set $a2                                                    ;; 1115a  ld a2,8(a5)
        (i64.load offset=8
          (i32.sub
            (i32.wrap_i64 (local.tee $a5 (i64.add (i64.const 0x12000) (i64.const 104))))
            (i32.const 0x10000))))
      (local.set $a3                                                    ;; 1115c  ld a3,16(a5)
        (i64.load offset=16 (i32.sub (i32.wrap_i64 (local.get $a5)) (i32.const 0x10000))))
      (local.set $a4                                                    ;; 1115e  ld a4,24(a5)
        (i64.load offset=24 (i32.sub (i32.wrap_i64 (local.get $a5)) (i32.const 0x10000))))
      (local.set $a5.2                                                  ;; 11160  ld a5,32(a5)
        (i64.load offset=32 (i32.sub (i32.wrap_i64 (local.get $a5)) (i32.const 0x10000))))
      (i64.store offset=32                                              ;; 11162  sd a1,32(sp)
        (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
        (i64.load (i32.sub (i32.wrap_i64 (local.get $a5)) (i32.const 0x10000))))
      (i64.store offset=40                                              ;; 11164  sd a2,40(sp)
        (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
        (local.get $a2))
      (i64.store offset=48                                              ;; 11166  sd a3,48(sp)
        (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
        (local.get $a3))
      (i64.store offset=56                                              ;; 11168  sd a4,56(sp)
        (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
        (local.get $a4))
      (i64.store offset=64                                              ;; 1116a  sd a5,64(sp)
        (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
        (local.get $a5.2))
      (call $shifted                                                    ;; 11172  call shifted
        (i64.add (local.get $sp) (i64.const 120))                       ;; 11170  addi a0,sp,120
        (i64.add (local.get $sp) (i64.const 32))                        ;; 1116e  addi a1,sp,32
        (i64.const 3))
      (if                                                               ;; 1117e  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 96))                ;; 1117a  addi a0,a0,96
            (i64.load offset=152 (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000)))))
        (then (br $leave (i64.const 0x11182))))
      (return (i64.const 0) (i32.const 0)))                             ;; 11188  ret
    (local.set $ra)
    (call $give.ra (local.get $ra))
    (call $owe.ra (i64.add (local.get $sp) (i64.const 232)))
    (i64.const 0) (local.get $status))
