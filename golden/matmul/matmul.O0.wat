  ;; main  0x11000..0x110da  (sp) -> a0, may exit
  (func $main (param $sp i64) (result i64 i32)
    (local $t3 i64) (local $t1 i64) (local $a6 i64) (local $a7 i64) (local $a5 i64) (local $a0 i64)
    (local $a3 i64) (local $a4 i64) (local $status i32) (local $fa2 f64) (local $fa3 f64)
    (local $fs0 f64) (local $fs1 f64)
    (local.set $fa2                                                     ;; 11002  fld fa2,56(a5)
      (f64.load offset=56 (i32.sub (i32.wrap_i64 (i64.const 0x13000)) (i32.const 0x10000))))
    (local.set $fa3                                                     ;; 11006  fld fa3,-2040(gp)
      (f64.load (i32.sub (i32.wrap_i64 (i64.const 0x13838)) (i32.const 0x107f8))))
    (local.set $sp (i64.sub (local.get $sp) (i64.const 32)))            ;; 1100a  addi sp,sp,-32
    (local.set $t3 (i64.add (i64.const 0x15000) (i64.const 1104)))      ;; 11018  addi t3,a1,1104
    (local.set $t1 (i64.add (i64.const 0x14000) (i64.const 592)))       ;; 1101c  addi t1,a2,592
    (local.set $a6 (i64.const 120))
    (local.set $a7 (i64.const 0))
    (loop $L2a
      (local.set $a5 (i64.sub (local.get $a6) (i64.const 120)))         ;; 1102a  addi a5,a6,-120
      (local.set $a0 (local.get $t1))
      (local.set $a3 (local.get $t3))
      (local.set $a4 (local.get $a7))
      (loop $L34
        (f64.store                                                      ;; 1104c  fsd fa4,-8(a3)
          (i32.sub
            (i32.wrap_i64 (local.tee $a3 (i64.add (local.get $a3) (i64.const 8))))
            (i32.const 0x10008))
          (call $rv.canon_f64 (f64.mul (f64.convert_i64_s (local.get $a4)) (local.get $fa2))))
        (f64.store                                                      ;; 11050  fsd fa5,-8(a0)
          (i32.sub
            (i32.wrap_i64 (local.tee $a0 (i64.add (local.get $a0) (i64.const 8))))
            (i32.const 0x10008))
          (call $rv.canon_f64 (f64.mul (f64.convert_i64_s (local.get $a5)) (local.get $fa3))))
        (local.set $a4 (i64.sub (local.get $a4) (i64.const 1)))         ;; 1104a  addi a4,a4,-1
        (br_if $L34                                                     ;; 11054  bne a5,a6,0x11034
          (i64.ne (local.tee $a5 (i64.add (local.get $a5) (i64.const 5))) (local.get $a6))))
      (local.set $a7 (i64.add (local.get $a7) (i64.const 3)))           ;; 1105c  addi a7,a7,3
      (local.set $t3 (i64.add (local.get $t3) (i64.const 192)))         ;; 1105e  addi t3,t3,192
      (local.set $t1 (i64.add (local.get $t1) (i64.const 192)))         ;; 11062  addi t1,t1,192
      (br_if $L2a                                                       ;; 11066  bne a6,t4,0x1102a
        (i64.ne (local.tee $a6 (i64.add (local.get $a5) (i64.const 1))) (i64.const 144))))
    (call $multiply                                                     ;; 1107a  call multiply
      (i64.add (i64.const 0x13000) (i64.const 80))                      ;; 11076  addi a0,s0,80
      (i64.add (i64.const 0x15000) (i64.const 1104))                    ;; 11072  addi a1,a1,1104
      (i64.add (i64.const 0x14000) (i64.const 592))                     ;; 1106e  addi a2,a2,592
      (i64.const 24))
    (local.set $a4                                                      ;; 11090  add a4,a4,a3
      (i64.add
        (i64.add (i64.const 4096) (i64.const 704))                      ;; 11088  addi a4,a4,704
        (local.tee $a3 (i64.add (i64.const 0x13000) (i64.const 80)))))  ;; 11084  addi a3,s0,80
    (local.set $fs0 (f64.reinterpret_i64 (i64.const 0)))                ;; 11080  fmv.d.x fs0,zero
    (local.set $a5 (i64.add (i64.const 0x13000) (i64.const 80)))        ;; 1108c  addi a5,s0,80
    (loop $L92
      (local.set $fs0                                                   ;; 11098  fadd.d fs0,fs0,fa5
        (call $rv.canon_f64
          (f64.add
            (local.get $fs0)
            (f64.load (i32.sub (i32.wrap_i64 (local.get $a5)) (i32.const 0x10000))))))
      (br_if $L92                                                       ;; 1109c  bne a5,a4,0x11092
        (i64.ne (local.tee $a5 (i64.add (local.get $a5) (i64.const 200))) (local.get $a4))))
    (block $owe (block $out.2 (block $out.1
      (br_if $out.1                                                     ;; 110b6  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12000)
            ;; 110b2  fcvt.l.d a1,fa5,rtz
            (call $rv.trunc_i64_s_f64
              (call $rv.canon_f64                                       ;; 110ae  fmul.d fa5,fa5,fs1
                (f64.mul
                  (f64.load offset=632 (i32.sub (i32.wrap_i64 (local.get $a3)) (i32.const 0x10000)))
                  (local.tee $fs1                                       ;; 110a0  fld fs1,-2032(gp)
                    (f64.load
                      (i32.sub (i32.wrap_i64 (i64.const 0x13838)) (i32.const 0x107f0))))))))))
      (br_if $out.2                                                     ;; 110c8  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 24))                ;; 110c0  addi a0,a0,24
            ;; 110c4  fcvt.l.d a1,fs0,rtz
            (call $rv.trunc_i64_s_f64
              (call $rv.canon_f64 (f64.mul (local.get $fs0) (local.get $fs1)))))))
      (return (i64.const 0) (i32.const 0)))                             ;; 110d8  ret
      ;; 110b6  call print_line
      (call $give.ra.fs0.fs1 (i64.const 0x110ba) (local.get $fs0) (local.get $fs1))
      (br $owe))
      (call $give.ra (i64.const 0x110cc)))                              ;; 110c8  call print_line
    (call $owe.fs1.fs0.s0.ra (local.get $sp))
    (i64.const 0) (local.get $status))

  ;; multiply  0x110da..0x11132  (a0, a1, a2, a3)
  (func $multiply (param $a0 i64) (param $a1 i64) (param $a2 i64) (param $a3 i64)
    (local $t3 i64) (local $a3.2 i64) (local $a0.2 i64) (local $a1.2 i64) (local $a2.2 i64)
    (local $a4 i64) (local $a5 i64) (local $fa5 f64)
    (if (i64.le_s (local.get $a3) (i64.const 0))                        ;; 110de  blez a3,0x11130
      (then (return)))                                                  ;; 11130  ret
    (local.set $t3                                                      ;; 110f2  add t3,t3,a1
      (i64.add
        (i64.shl (i64.add (i64.shl (local.get $a3) (i64.const 1)) (local.get $a3)) (i64.const 6))
        (local.get $a1)))
    (local.set $a3.2                                                    ;; 110ee  add a3,a3,a1
      (i64.add (i64.shl (local.get $a3) (i64.const 3)) (local.get $a1)))
    (loop $L1a
      (local.set $a0.2 (local.get $a0))
      (local.set $a1.2 (i64.const 0))
      (local.set $a2.2 (local.get $a2))
      (loop $L20
        (local.set $fa5 (f64.reinterpret_i64 (i64.const 0)))            ;; 110fa  fmv.d.x fa5,zero
        (local.set $a4 (local.get $a2.2))
        (local.set $a5 (local.get $a1))
        (loop $L28
          ;; 1110c  fmadd.d fa5,fa3,fa4,fa5
          (local.set $fa5
            (call $rv.canon_f64
              (call $rv.fma_f64
                (f64.load (i32.sub (i32.wrap_i64 (local.get $a5)) (i32.const 0x10000)))
                (f64.load (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10000)))
                (local.get $fa5))))
          (local.set $a4 (i64.add (local.get $a4) (i64.const 192)))     ;; 11108  addi a4,a4,192
          (br_if $L28                                                   ;; 11110  bne a5,a3,0x11102
            (i64.ne (local.tee $a5 (i64.add (local.get $a5) (i64.const 8))) (local.get $a3.2))))
        (f64.store                                                      ;; 11114  fsd fa5,0(a0)
          (i32.sub (i32.wrap_i64 (local.get $a0.2)) (i32.const 0x10000))
          (local.get $fa5))
        (local.set $a0.2 (i64.add (local.get $a0.2) (i64.const 8)))     ;; 11118  addi a0,a0,8
        (local.set $a2.2 (i64.add (local.get $a2.2) (i64.const 8)))     ;; 1111a  addi a2,a2,8
        (br_if $L20                                                     ;; 1111c  bne a7,a1,0x110fa
          (i64.ne (local.get $a3) (local.tee $a1.2 (i64.add (local.get $a1.2) (i64.const 1))))))
      (local.set $a3.2 (i64.add (local.get $a3.2) (i64.const 192)))     ;; 11124  addi a3,a3,192
      (local.set $a0 (i64.add (local.get $a0) (i64.const 192)))         ;; 11128  addi t1,t1,192
      (br_if $L1a                                                       ;; 1112c  bne a6,t3,0x110f4
        (i64.ne (local.tee $a1 (i64.add (local.get $a1) (i64.const 192))) (local.get $t3)))))
