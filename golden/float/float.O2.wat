  ;; main  0x11000..0x110fa  (sp) -> a0, may exit
  (func $main (param $sp i64) (result i64 i32)
    (local $ra i64) (local $s0 i32) (local $status i32) (local $fs0.2 f32) (local $fs3 f64)
    (local $fs2 f64) (local $fs1 f64) (local $fs0 f64)
    (local.set $fs3 (f64.load (i32.const 0x30a8)))                      ;; 11004  fld fs3,-1992(gp)
    (local.set $fs2 (call $rv.box (f32.load (i32.const 0x30c0))))       ;; 1100a  flw fs2,-1968(gp)
    (local.set $fs1 (call $rv.box (f32.load (i32.const 0x30c4))))       ;; 11010  flw fs1,-1964(gp)
    (local.set $sp (i64.sub (local.get $sp) (i64.const 112)))           ;; 11000  addi sp,sp,-112
    (local.set $s0 (i32.const 0))
    (block $owe (block $out.2 (block $out.1 (block $leave (result i64)
      (loop $L3c
        (local.set $fs0                                                 ;; 11046  fld fs0,0(a5)
          (f64.load (i32.add (i32.shl (local.get $s0) (i32.const 3)) (i32.const 0x3070))))
        (local.set $s0 (i32.add (local.get $s0) (i32.const 1)))         ;; 11048  addiw s0,s0,1
        (if                                                             ;; 11058  call print_line
          (local.tee $status
            (call $print_line
              (local.get $sp)
              (i64.const 0x12000)
              (call $to_long (local.get $fs0))))                        ;; 1104e  call to_long
          (then (br $leave (i64.const 0x1105c))))
        (if                                                             ;; 1106a  call print_line
          (local.tee $status
            (call $print_line
              (local.get $sp)
              (i64.const 0x12008)
              (call $nearest (local.get $fs0))))                        ;; 11060  call nearest
          (then (br $leave (i64.const 0x1106e))))
        (if                                                             ;; 1107c  call print_line
          (local.tee $status
            (call $print_line
              (local.get $sp)
              (i64.const 0x12018)
              (call $classify (local.get $fs0))))                       ;; 11072  call classify
          (then (br $leave (i64.const 0x11080))))
        (if                                                             ;; 11094  call print_line
          (local.tee $status
            (call $print_line
              (local.get $sp)
              (i64.const 0x12020)
              (i64.reinterpret_f64                                      ;; 1108c  fmv.x.d a1,fa0
                (call $minimum (local.get $fs0) (local.get $fs3)))))    ;; 11088  call minimum
          (then (br $leave (i64.const 0x11098))))
        (if (f32.ge                                                     ;; 110a0  fcvt.s.d fa0,fs0
            (local.tee $fs0.2 (f32.demote_f64 (local.get $fs0)))
            (local.get $fs0.2))
          (then)
          (else (local.set $fs0.2 (f32.const nan))))
        (br_if $out.1                                                   ;; 110b4  call print_line
          (local.tee $status
            (call $print_line
              (local.get $sp)
              (i64.const 0x12038)
              (i64.extend_i32_u                                         ;; 110b2  srli a1,a1,0x20
                (i32.wrap_i64                                           ;; 110a8  fmv.x.w a1,fa0
                  (i64.reinterpret_f64
                    (call $single                                       ;; 110a4  call single
                      (call $rv.box (local.get $fs0.2))                 ;; 110a0  fcvt.s.d fa0,fs0
                      (local.get $fs1)
                      (local.get $fs2))))))))
        (br_if $L3c (i32.ne (local.get $s0) (i32.const 6))))            ;; 110b8  bne s0,s2,0x1103c
      (br_if $out.2                                                     ;; 110d6  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12048)
            ;; 110d2  fcvt.l.d a1,fa0,rtz
            (call $rv.trunc_i64_s_f64
              (f64.mul                                                  ;; 110ce  fmul.d fa0,fa0,fa5
                (call $newton (f64.load (i32.const 0x30b0)))            ;; 110c0  call newton
                (f64.load (i32.const 0x30b8)))))))                      ;; 110c4  fld fa5,-1976(gp)
      (return (i64.const 0) (i32.const 0)))                             ;; 110f8  ret
      (local.set $ra)
      (call $give.xc030000fc0302
        (local.get $ra)
        (i64.extend_i32_s (local.get $s0))
        (i64.const 0x13070) (i64.const 6) (i64.const 0x12000) (i64.const 0x12000)
        (i64.const 0x12000) (i64.const 0x12000) (i64.const 0x12000) (local.get $fs0)
        (local.get $fs1) (local.get $fs2) (local.get $fs3))
      (br $owe))
      (call $give.xc020000fc0302                                        ;; 110b4  call print_line
        (i64.const 0x110b8)
        (i64.extend_i32_s (local.get $s0))
        (i64.const 0x13070) (i64.const 6) (i64.const 0x12000) (i64.const 0x12000)
        (i64.const 0x12000) (i64.const 0x12000) (i64.const 0x12000) (local.get $fs1)
        (local.get $fs2) (local.get $fs3))
      (br $owe))
      (call $give.ra (i64.const 0x110da)))                              ;; 110d6  call print_line
    (call $owe.fs3.fs2.fs1.fs0.s7+40.s6.s5.s4.s3.s2.s1.s0.ra (local.get $sp))
    (i64.const 0) (local.get $status))

  ;; to_long  0x110fa..0x11100  (fa0) -> a0
  (func $to_long (param $fa0 f64) (result i64)
    (call $rv.trunc_i64_s_f64 (local.get $fa0)))                        ;; 110fe  ret

  ;; nearest  0x11100..0x11108  (fa0) -> a0
  (func $nearest (param $fa0 f64) (result i64)
    (i64.extend_i32_s                                                   ;; 11106  ret
      ;; 11100  fcvt.w.d a0,fa0,rne
      (call $rv.trunc_i32_s_f64 (f64.nearest (local.get $fa0)))))

  ;; minimum  0x11108..0x1110e  (fa0, fa1) -> fa0
  (func $minimum (param $fa0 f64) (param $fa1 f64) (result f64)
    (call $rv.min_f64 (local.get $fa0) (local.get $fa1)))               ;; 1110c  ret

  ;; classify  0x1110e..0x11116  (fa0) -> a0
  (func $classify (param $fa0 f64) (result i64)
    (call $rv.class_f64 (local.get $fa0)))                              ;; 11114  ret

  ;; single  0x11116..0x11128  (fa0, fa1, fa2) -> fa0
  (func $single (param $fa0 f64) (param $fa1 f64) (param $fa2 f64) (result f64)
    (local $fa0.2 f32) (local $fa2.2 f32)
    (call $rv.box                                                       ;; 11126  ret
      (call $rv.canon_f32                                               ;; 11122  fdiv.s fa0,fa2,fa0
        (f32.div
          (f32.sub                                                      ;; 1111e  fsub.s fa2,fa1,fa2
            (f32.mul                                                    ;; 11116  fmul.s fa1,fa0,fa1
              (local.tee $fa0.2 (call $rv.unbox (local.get $fa0)))
              (call $rv.unbox (local.get $fa1)))
            (local.tee $fa2.2 (call $rv.unbox (local.get $fa2))))       ;; 1111a  fadd.s fa0,fa0,fa2
          (f32.add (local.get $fa0.2) (local.get $fa2.2))))))

  ;; newton  0x11128..0x11144  (fa0) -> fa0
  (func $newton (param $fa0 f64) (result f64)
    (local $a5 i32) (local $fa3 f64) (local $fa0.2 f64)
    (local.set $fa3 (f64.load (i32.const 0x30a0)))                      ;; 1112c  fld fa3,-2000(gp)
    (local.set $fa0.2 (local.get $fa0))
    (local.set $a5 (i32.const 20))
    (loop $La
      (local.set $fa0.2                                                 ;; 1113c  fmul.d fa0,fa0,fa3
        (f64.mul
          (f64.add (f64.div (local.get $fa0) (local.get $fa0.2)) (local.get $fa0.2))
          (local.get $fa3)))
      (br_if $La                                                        ;; 11140  bnez a5,0x11132
        (local.tee $a5 (i32.sub (local.get $a5) (i32.const 1)))))       ;; 11136  addiw a5,a5,-1
    (call $rv.canon_f64 (local.get $fa0.2)))                            ;; 11142  ret
