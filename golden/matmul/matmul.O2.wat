  ;; main  0x11000..0x110da  (sp) -> a0, may exit
  (func $main (param $sp i64) (result i64 i32)
    (local $a6 i64) (local $a7 i64) (local $a5 i64) (local $t3.at i32) (local $t1.at i32)
    (local $tmp i32) (local $status i32) (local $fa2 f64) (local $fa3 f64) (local $fs0 f64)
    (local $fs1 f64) (local $fs0.2 f64)
    (local.set $fa2 (f64.load (i32.const 0x3038)))                      ;; 11002  fld fa2,56(a5)
    (local.set $fa3 (f64.load (i32.const 0x3040)))                      ;; 11006  fld fa3,-2040(gp)
    (local.set $sp (i64.sub (local.get $sp) (i64.const 32)))            ;; 1100a  addi sp,sp,-32
    (local.set $t3.at (i32.const 0x5450))
    (local.set $t1.at (i32.const 0x4250))
    (local.set $a6 (i64.const 120))
    (local.set $a7 (i64.const 0))
    (loop $L2a
      (call $main@1102a.loop (local.get $t3.at) (local.get $t1.at)      ;; 1102a  addi a5,a6,-120
        (local.get $a6) (local.get $a7) (local.get $fa2) (local.get $fa3))
      (local.set $tmp)
      (local.set $a7)
      (local.set $a6)
      (local.set $t1.at)
      (local.set $t3.at)
      (br_if $L2a (i32.eqz (local.get $tmp))))
    ;; 1107a  call multiply
    (call $multiply (i64.const 0x13050) (i64.const 0x15450) (i64.const 0x14250) (i64.const 24))
    (local.set $fs0 (f64.const 0.0))
    (local.set $a5 (i64.const 0x13050))
    (loop $L92
      (local.set $fs0                                                   ;; 11098  fadd.d fs0,fs0,fa5
        (f64.add
          (local.get $fs0)
          (f64.load (i32.sub (i32.wrap_i64 (local.get $a5)) (i32.const 0x10000)))))
      (br_if $L92                                                       ;; 1109c  bne a5,a4,0x11092
        (i64.ne (local.tee $a5 (i64.add (local.get $a5) (i64.const 200))) (i64.const 0x14310))))
    (local.set $fs0.2 (call $rv.canon_f64 (local.get $fs0)))            ;; 110b6  call print_line
    (block $owe (block $out.2 (block $out.1
      (br_if $out.1
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12000)
            ;; 110b2  fcvt.l.d a1,fa5,rtz
            (call $rv.trunc_i64_s_f64
              (f64.mul                                                  ;; 110ae  fmul.d fa5,fa5,fs1
                (f64.load (i32.const 0x32c8))                           ;; 110a4  fld fa5,632(a3)
                (local.tee $fs1 (f64.load (i32.const 0x3048))))))))     ;; 110a0  fld fs1,-2032(gp)
      (br_if $out.2                                                     ;; 110c8  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12018)
            (call $rv.trunc_i64_s_f64 (f64.mul (local.get $fs0) (local.get $fs1))))))
      (return (i64.const 0) (i32.const 0)))                             ;; 110d8  ret
      ;; 110b6  call print_line
      (call $give.ra.fs0.fs1 (i64.const 0x110ba) (local.get $fs0.2) (local.get $fs1))
      (br $owe))
      (call $give.ra (i64.const 0x110cc)))                              ;; 110c8  call print_line
    (call $owe.fs1.fs0.s0.ra (local.get $sp))
    (i64.const 0) (local.get $status))

  ;; main  0x1102a..0x110da  (t3.at, t1.at, a6, a7, fa2, fa3), one turn of the loop in main at
  ;;     0x1102a
  (func $main@1102a.loop (param $t3.at i32) (param $t1.at i32) (param $a6 i64) (param $a7 i64)
    (param $fa2 f64) (param $fa3 f64) (result i32 i32 i64 i64 i32)
    (local $a5 i64) (local $a4 i64) (local $a6.2 i64) (local $a0.at i32) (local $a3.at i32)
    (local $fa4 f64) (local $fa5 f64) (local $fa4.2 f64)
    (block $L2e
      (if (i32.and                                                      ;; 11034  fcvt.d.l fa4,a4
          (i32.wrap_i64
            (i64.sub (local.get $a6) (local.tee $a5 (i64.sub (local.get $a6) (i64.const 120)))))
          (i32.const 1))
        (then
          (local.set $a0.at (local.get $t1.at))
          (local.set $a3.at (local.get $t3.at))
          (local.set $fa4                                               ;; 1103e  fmul.d fa4,fa4,fa2
            (f64.mul (f64.convert_i64_s (local.tee $a4 (local.get $a7))) (local.get $fa2)))
          (local.set $fa5                                               ;; 11042  fmul.d fa5,fa5,fa3
            (f64.mul (f64.convert_i64_s (local.get $a5)) (local.get $fa3)))
          (local.set $a5 (i64.add (local.get $a5) (i64.const 5)))       ;; 11046  addi a5,a5,5
          (local.set $a4 (i64.sub (local.get $a4) (i64.const 1)))       ;; 1104a  addi a4,a4,-1
          (if (f64.ge                                                   ;; 1103e  fmul.d fa4,fa4,fa2
              (local.tee $fa4.2 (f64.add (local.get $fa4) (local.get $fa5)))
              (local.get $fa4.2))
            (then)
            (else
              (local.set $fa4 (call $rv.canon_f64 (local.get $fa4)))
              (local.set $fa5 (call $rv.canon_f64 (local.get $fa5)))))
          (f64.store (local.get $a3.at) (local.get $fa4))               ;; 1104c  fsd fa4,-8(a3)
          (f64.store (local.get $a0.at) (local.get $fa5))               ;; 11050  fsd fa5,-8(a0)
          (br_if $L2e (i64.eq (local.get $a5) (local.get $a6)))         ;; 11054  bne a5,a6,0x11034
          (local.set $a0.at                                             ;; 11048  addi a0,a0,8
            (i32.add (local.get $a0.at) (i32.const 8)))
          (local.set $a3.at                                             ;; 1103c  addi a3,a3,8
            (i32.add (local.get $a3.at) (i32.const 8))))
        (else
          (local.set $a0.at (local.get $t1.at))
          (local.set $a3.at (local.get $t3.at))
          (local.set $a4 (local.get $a7))))
      (loop $La
        (if (f64.ge                                                     ;; 1103e  fmul.d fa4,fa4,fa2
            (local.tee $fa4.2
              (f64.add
                (local.tee $fa4 (f64.mul (f64.convert_i64_s (local.get $a4)) (local.get $fa2)))
                (local.tee $fa5 (f64.mul (f64.convert_i64_s (local.get $a5)) (local.get $fa3)))))
            (local.get $fa4.2))
          (then)
          (else
            (local.set $fa4 (call $rv.canon_f64 (local.get $fa4)))
            (local.set $fa5 (call $rv.canon_f64 (local.get $fa5)))))
        (f64.store (local.get $a3.at) (local.get $fa4))                 ;; 1104c  fsd fa4,-8(a3)
        (f64.store (local.get $a0.at) (local.get $fa5))                 ;; 11050  fsd fa5,-8(a0)
        (if (f64.ge                                                     ;; 1103e  fmul.d fa4,fa4,fa2
            (local.tee $fa4.2
              (f64.add
                (local.tee $fa4
                  (f64.mul
                    (f64.convert_i64_s (i64.sub (local.get $a4) (i64.const 1)))
                    (local.get $fa2)))
                (local.tee $fa5                                         ;; 11042  fmul.d fa5,fa5,fa3
                  (f64.mul
                    (f64.convert_i64_s (i64.add (local.get $a5) (i64.const 5)))
                    (local.get $fa3)))))
            (local.get $fa4.2))
          (then)
          (else
            (local.set $fa4 (call $rv.canon_f64 (local.get $fa4)))
            (local.set $fa5 (call $rv.canon_f64 (local.get $fa5)))))
        (f64.store offset=8 (local.get $a3.at) (local.get $fa4))        ;; 1104c  fsd fa4,-8(a3)
        (f64.store offset=8 (local.get $a0.at) (local.get $fa5))        ;; 11050  fsd fa5,-8(a0)
        (local.set $a0.at (i32.add (local.get $a0.at) (i32.const 16)))  ;; 11054  bne a5,a6,0x11034
        (local.set $a3.at (i32.add (local.get $a3.at) (i32.const 16)))
        (local.set $a4 (i64.sub (local.get $a4) (i64.const 2)))
        (br_if $La
          (i64.ne (local.tee $a5 (i64.add (local.get $a5) (i64.const 10))) (local.get $a6)))))
    (local.set $a6.2 (i64.add (local.get $a6) (i64.const 1)))           ;; 11058  addi a6,a5,1
    (local.set $a7 (i64.add (local.get $a7) (i64.const 3)))             ;; 1105c  addi a7,a7,3
    (local.set $t3.at (i32.add (local.get $t3.at) (i32.const 192)))     ;; 1105e  addi t3,t3,192
    (local.set $t1.at (i32.add (local.get $t1.at) (i32.const 192)))     ;; 11062  addi t1,t1,192
    (if (i64.ne (local.get $a6) (i64.const 143))                        ;; 11066  bne a6,t4,0x1102a
      (then
        (return (local.get $t3.at) (local.get $t1.at) (local.get $a6.2) (local.get $a7)
          (i32.const 0))))
    (i32.const 0)
    (i32.const 0)
    (i64.const 0)
    (i64.const 0)
    (i32.const 1))

  ;; multiply  0x110da..0x11132  (a0, a1, a2, a3)
  (func $multiply (param $a0 i64) (param $a1 i64) (param $a2 i64) (param $a3 i64)
    (local $t3 i64) (local $a3.2 i64) (local $t1.at i32) (local $tmp i32)
    (if (i64.le_s (local.get $a3) (i64.const 0))                        ;; 110de  blez a3,0x11130
      (then (return)))                                                  ;; 11130  ret
    (local.set $t3                                                      ;; 110f2  add t3,t3,a1
      (i64.add (i64.mul (local.get $a3) (i64.const 192)) (local.get $a1)))
    (local.set $a3.2                                                    ;; 110ee  add a3,a3,a1
      (i64.add (i64.shl (local.get $a3) (i64.const 3)) (local.get $a1)))
    (local.set $t1.at                                                   ;; 110f2  add t3,t3,a1
      (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000)))
    (loop $L1a
      (call $multiply@110f4.loop (local.get $a3.2) (local.get $a1)      ;; 110f4  mv a2,t4
        (local.get $t1.at) (local.get $a2) (local.get $a3) (local.get $t3))
      (local.set $tmp)
      (local.set $a1)
      (local.set $a3.2)
      (local.set $t1.at)
      (br_if $L1a (i32.eqz (local.get $tmp)))))

  ;; multiply  0x110f4..0x11132  (a3, a6, t1.at, a2, a3.2, t3), one turn of the loop in multiply
  ;;     at 0x110f4
  (func $multiply@110f4.loop (param $a3 i64) (param $a6 i64) (param $t1.at i32) (param $a2 i64)
    (param $a3.2 i64) (param $t3 i64) (result i32 i64 i64 i32)
    (local $a1 i64) (local $a0.at i32) (local $a2.at i32) (local $a3.at i32) (local $a5.at i32)
    (local $a3.at.2 i32) (local $a5.at.2 i32) (local $a4.at i32) (local $fa5 f64)
    (local.set $a0.at (local.get $t1.at))
    (local.set $a1 (i64.const 0))
    (local.set $a2.at                                                   ;; 110f8  li a1,0
      (i32.sub (i32.wrap_i64 (local.get $a2)) (i32.const 0x10000)))
    (loop $L6
      (block $Le.3
        (local.set $a3.at                                               ;; 11110  bne a5,a3,0x11102
          (i32.sub
            (select
              (i32.wrap_i64 (local.get $a3))
              (i32.const 0)
              (i64.eqz (i64.shr_u (local.get $a3) (i64.const 32))))
            (i32.const 0x10000)))
        (local.set $a5.at.2                                             ;; 11102  fld fa3,0(a5)
          (i32.add
            (local.tee $a5.at (i32.sub (i32.wrap_i64 (local.get $a6)) (i32.const 0x10000)))
            (i32.mul
              (local.tee $a3.at.2
                (i32.and
                  (i32.shr_u (i32.sub (local.get $a3.at) (local.get $a5.at)) (i32.const 3))
                  (i32.const 3)))
              (i32.const 8))))
        (if (local.get $a3.at.2)
          (then
            (local.set $fa5 (f64.const 0.0))
            (local.set $a4.at (local.get $a2.at))
            (loop $Le
              ;; 1110c  fmadd.d fa5,fa3,fa4,fa5
              (local.set $fa5
                (call $rv.fma_f64
                  (f64.load (local.get $a5.at))                         ;; 11102  fld fa3,0(a5)
                  (f64.load (local.get $a4.at))                         ;; 11104  fld fa4,0(a4)
                  (local.get $fa5)))
              (local.set $a4.at                                         ;; 11108  addi a4,a4,192
                (i32.add (local.get $a4.at) (i32.const 192)))
              (br_if $Le                                                ;; 11110  bne a5,a3,0x11102
                (i32.ne
                  (local.tee $a5.at (i32.add (local.get $a5.at) (i32.const 8)))
                  (local.get $a5.at.2))))
            (br_if $Le.3 (i32.eq (local.get $a5.at) (local.get $a3.at))))
          (else
            (local.set $fa5 (f64.const 0.0))
            (local.set $a4.at (local.get $a2.at))))
        (loop $Le.2
          ;; 1110c  fmadd.d fa5,fa3,fa4,fa5
          (local.set $fa5
            (call $rv.fma_f64
              (f64.load offset=24 (local.get $a5.at))                   ;; 11102  fld fa3,0(a5)
              (f64.load offset=576 (local.get $a4.at))                  ;; 11104  fld fa4,0(a4)
              (call $rv.fma_f64
                (f64.load offset=16 (local.get $a5.at))
                (f64.load offset=384 (local.get $a4.at))
                (call $rv.fma_f64
                  (f64.load offset=8 (local.get $a5.at))
                  (f64.load offset=192 (local.get $a4.at))
                  (call $rv.fma_f64
                    (f64.load (local.get $a5.at))
                    (f64.load (local.get $a4.at))
                    (local.get $fa5))))))
          (local.set $a4.at                                             ;; 11110  bne a5,a3,0x11102
            (i32.add (local.get $a4.at) (i32.const 768)))
          (br_if $Le.2
            (i32.ne
              (local.tee $a5.at (i32.add (local.get $a5.at) (i32.const 32)))
              (local.get $a3.at)))))
      (if (f64.ge (local.get $fa5) (local.get $fa5))                    ;; 11114  fsd fa5,0(a0)
        (then)
        (else (local.set $fa5 (f64.const nan))))
      (f64.store (local.get $a0.at) (local.get $fa5))
      (local.set $a0.at (i32.add (local.get $a0.at) (i32.const 8)))     ;; 11118  addi a0,a0,8
      (local.set $a2.at (i32.add (local.get $a2.at) (i32.const 8)))     ;; 1111a  addi a2,a2,8
      (br_if $L6                                                        ;; 1111c  bne a7,a1,0x110fa
        (i64.ne (local.get $a3.2) (local.tee $a1 (i64.add (local.get $a1) (i64.const 1))))))
    (local.set $a3 (i64.add (local.get $a3) (i64.const 192)))           ;; 11124  addi a3,a3,192
    (local.set $t1.at (i32.add (local.get $t1.at) (i32.const 192)))     ;; 11128  addi t1,t1,192
    (if (i64.ne                                                         ;; 1112c  bne a6,t3,0x110f4
        (local.tee $a6 (i64.add (local.get $a6) (i64.const 192)))       ;; 11120  addi a6,a6,192
        (local.get $t3))
      (then (return (local.get $t1.at) (local.get $a3) (local.get $a6) (i32.const 0))))
    (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 1))
