  ;; main  0x11000..0x110fa  (sp) -> a0, may exit
  (func $main (param $sp i64) (result i64 i32)
    (local $s1 i64) (local $s0 i64) (local $ra i64) (local $status i32) (local $fs3 f64)
    (local $fs2 f64) (local $fs1 f64) (local $fs0 f64)
    (local.set $fs3                                                     ;; 11004  fld fs3,-1992(gp)
      (f64.load (i32.sub (i32.wrap_i64 (i64.const 79984)) (i32.const 0x107c8))))
    (local.set $fs2                                                     ;; 1100a  flw fs2,-1968(gp)
      (call $rv.box (f32.load (i32.sub (i32.wrap_i64 (i64.const 79984)) (i32.const 0x107b0)))))
    (local.set $fs1                                                     ;; 11010  flw fs1,-1964(gp)
      (call $rv.box (f32.load (i32.sub (i32.wrap_i64 (i64.const 79984)) (i32.const 0x107ac)))))
    (local.set $sp (i64.sub (local.get $sp) (i64.const 112)))           ;; 11000  addi sp,sp,-112
    (local.set $s1 (i64.add (i64.const 77824) (i64.const 112)))         ;; 1102c  addi s1,s1,112
    (local.set $s0 (i64.const 0))
    (block $owe (block $out.2 (block $out.1 (block $leave (result i64)
      (loop $L3c
        (local.set $fs0                                                 ;; 11046  fld fs0,0(a5)
          (f64.load
            (i32.sub
              (i32.wrap_i64
                (i64.add                                                ;; 11044  add a5,a5,s1
                  (i64.shr_u (i64.shl (local.get $s0) (i64.const 32)) (i64.const 29))
                  (local.get $s1)))
              (i32.const 0x10000))))
        (local.set $s0                                                  ;; 11048  addiw s0,s0,1
          (i64.extend_i32_s (i32.add (i32.wrap_i64 (local.get $s0)) (i32.const 1))))
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
              (i64.add (i64.const 0x12000) (i64.const 8))               ;; 11066  addi a0,s6,8
              (call $nearest (local.get $fs0))))                        ;; 11060  call nearest
          (then (br $leave (i64.const 0x1106e))))
        (if                                                             ;; 1107c  call print_line
          (local.tee $status
            (call $print_line
              (local.get $sp)
              (i64.add (i64.const 0x12000) (i64.const 24))              ;; 11078  addi a0,s5,24
              (call $classify (local.get $fs0))))                       ;; 11072  call classify
          (then (br $leave (i64.const 0x11080))))
        (if                                                             ;; 11094  call print_line
          (local.tee $status
            (call $print_line
              (local.get $sp)
              (i64.add (i64.const 0x12000) (i64.const 32))              ;; 11090  addi a0,s4,32
              (i64.reinterpret_f64                                      ;; 1108c  fmv.x.d a1,fa0
                (call $minimum (local.get $fs0) (local.get $fs3)))))    ;; 11088  call minimum
          (then (br $leave (i64.const 0x11098))))
        (br_if $out.1                                                   ;; 110b4  call print_line
          (local.tee $status
            (call $print_line
              (local.get $sp)
              (i64.add (i64.const 0x12000) (i64.const 56))              ;; 110ac  addi a0,s3,56
              (i64.shr_u                                                ;; 110b2  srli a1,a1,0x20
                (i64.shl                                                ;; 110b0  slli a1,a1,0x20
                  (i64.extend_i32_s                                     ;; 110a8  fmv.x.w a1,fa0
                    (i32.wrap_i64
                      (i64.reinterpret_f64
                        (call $single                                   ;; 110a4  call single
                          (call $rv.box (call $rv.canon_f32 (f32.demote_f64 (local.get $fs0))))
                          (call $rv.box (call $rv.unbox (local.get $fs1)))
                          (call $rv.box (call $rv.unbox (local.get $fs2)))))))
                  (i64.const 32))
                (i64.const 32)))))
        (br_if $L3c (i64.ne (local.get $s0) (i64.const 6))))            ;; 110b8  bne s0,s2,0x1103c
      (br_if $out.2                                                     ;; 110d6  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 72))                ;; 110ca  addi a0,a0,72
            ;; 110d2  fcvt.l.d a1,fa0,rtz
            (call $rv.trunc_i64_s_f64
              (call $rv.canon_f64                                       ;; 110ce  fmul.d fa0,fa0,fa5
                (f64.mul
                  (call $newton                                         ;; 110c0  call newton
                    (f64.load (i32.sub (i32.wrap_i64 (i64.const 79984)) (i32.const 0x107c0))))
                  (f64.load (i32.sub (i32.wrap_i64 (i64.const 79984)) (i32.const 0x107b8)))))))))
      (return (i64.const 0) (i32.const 0)))                             ;; 110f8  ret
      (local.set $ra)
      (call $give.xc030000fc0302 (local.get $ra) (local.get $s0) (local.get $s1) (i64.const 6)
        (i64.const 0x12000) (i64.const 0x12000) (i64.const 0x12000) (i64.const 0x12000)
        (i64.const 0x12000) (local.get $fs0) (local.get $fs1) (local.get $fs2) (local.get $fs3))
      (br $owe))
      (call $give.xc020000fc0302 (i64.const 0x110b8) (local.get $s0)    ;; 110b4  call print_line
        (local.get $s1) (i64.const 6) (i64.const 0x12000) (i64.const 0x12000) (i64.const 0x12000)
        (i64.const 0x12000) (i64.const 0x12000) (local.get $fs1) (local.get $fs2) (local.get $fs3))
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
      (i32.wrap_i64 (i64.extend_i32_s (call $rv.trunc_i32_s_f64 (f64.nearest (local.get $fa0)))))))

  ;; minimum  0x11108..0x1110e  (fa0, fa1) -> fa0
  (func $minimum (param $fa0 f64) (param $fa1 f64) (result f64)
    (call $rv.min_f64 (local.get $fa0) (local.get $fa1)))               ;; 1110c  ret

  ;; classify  0x1110e..0x11116  (fa0) -> a0
  (func $classify (param $fa0 f64) (result i64)
    (i64.extend_i32_s                                                   ;; 11114  ret
      (i32.wrap_i64 (call $rv.class_f64 (local.get $fa0)))))            ;; 11112  sext.w a0,a0

  ;; single  0x11116..0x11128  (fa0, fa1, fa2) -> fa0
  (func $single (param $fa0 f64) (param $fa1 f64) (param $fa2 f64) (result f64)
    (call $rv.box                                                       ;; 11126  ret
      (call $rv.canon_f32                                               ;; 11122  fdiv.s fa0,fa2,fa0
        (f32.div
          (call $rv.unbox
            (call $rv.box                                               ;; 1111e  fsub.s fa2,fa1,fa2
              (call $rv.canon_f32
                (f32.sub
                  (call $rv.unbox
                    (call $rv.box                                       ;; 11116  fmul.s fa1,fa0,fa1
                      (call $rv.canon_f32
                        (f32.mul
                          (call $rv.unbox (local.get $fa0))
                          (call $rv.unbox (local.get $fa1))))))
                  (call $rv.unbox (local.get $fa2))))))
          (call $rv.unbox
            (call $rv.box                                               ;; 1111a  fadd.s fa0,fa0,fa2
              (call $rv.canon_f32
                (f32.add (call $rv.unbox (local.get $fa0)) (call $rv.unbox (local.get $fa2))))))))))

  ;; newton  0x11128..0x11144  (fa0) -> fa0
  (func $newton (param $fa0 f64) (result f64)
    (local $a5 i64) (local $fa3 f64) (local $fa0.2 f64)
    (local.set $fa3                                                     ;; 1112c  fld fa3,-2000(gp)
      (f64.load (i32.sub (i32.wrap_i64 (i64.const 79984)) (i32.const 0x107d0))))
    (local.set $fa0.2 (local.get $fa0))
    (local.set $a5 (i64.const 20))
    (loop $La
      (local.set $fa0.2                                                 ;; 1113c  fmul.d fa0,fa0,fa3
        (call $rv.canon_f64
          (f64.mul
            (call $rv.canon_f64                                         ;; 11138  fadd.d fa0,fa5,fa0
              (f64.add
                (call $rv.canon_f64 (f64.div (local.get $fa0) (local.get $fa0.2)))
                (local.get $fa0.2)))
            (local.get $fa3))))
      (br_if $La                                                        ;; 11140  bnez a5,0x11132
        (i64.ne
          (local.tee $a5 (i64.extend_i32_s (i32.sub (i32.wrap_i64 (local.get $a5)) (i32.const 1))))
          (i64.const 0))))
    (local.get $fa0.2))                                                 ;; 11142  ret
