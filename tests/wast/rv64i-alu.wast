;; RV64I: integer computation of register and immediate, register and register.
;; Unprivileged ISA, "Integer Computational Instructions".

;; guest "add" (a0, a1) -> (a0)
;;   00b50533  add a0,a0,a1
;; Overflow wraps and is not told.
(assert_return (invoke "add" (i64.const 0x7fffffffffffffff) (i64.const 1))
  (i64.const 0x8000000000000000))
(assert_return (invoke "add" (i64.const -1) (i64.const 1)) (i64.const 0))
(assert_return (invoke "add" (i64.const 0x8000000000000000) (i64.const 0x8000000000000000))
  (i64.const 0))
(assert_return (invoke "add" (i64.const 0xffffffff) (i64.const 1)) (i64.const 0x100000000))

;; guest "sub" (a0, a1) -> (a0)
;;   40b50533  sub a0,a0,a1
(assert_return (invoke "sub" (i64.const 0) (i64.const 1)) (i64.const -1))
(assert_return (invoke "sub" (i64.const 0x8000000000000000) (i64.const 1))
  (i64.const 0x7fffffffffffffff))
(assert_return (invoke "sub" (i64.const 5) (i64.const 5)) (i64.const 0))

;; guest "neg" (a0) -> (a0)
;;   40a00533  neg a0,a0
;; The least number has no opposite.
(assert_return (invoke "neg" (i64.const 0x8000000000000000)) (i64.const 0x8000000000000000))
(assert_return (invoke "neg" (i64.const 1)) (i64.const -1))

;; guest "addi" (a0) -> (a0)
;;   80050513  addi a0,a0,-2048
(assert_return (invoke "addi" (i64.const 0)) (i64.const -2048))
(assert_return (invoke "addi" (i64.const 0x8000000000000000)) (i64.const 0x7ffffffffffff800))
(assert_return (invoke "addi" (i64.const 2048)) (i64.const 0))

;; guest "addi.most" (a0) -> (a0)
;;   7ff50513  addi a0,a0,2047
(assert_return (invoke "addi.most" (i64.const 0x7fffffffffffffff)) (i64.const 0x80000000000007fe))
(assert_return (invoke "addi.most" (i64.const -2047)) (i64.const 0))

;; guest "lui" () -> (a0)
;;   80000537  lui a0,0x80000
;; The 32-bit result is sign-extended.
(assert_return (invoke "lui") (i64.const 0xffffffff80000000))

;; guest "lui.most" () -> (a0)
;;   7ffff537  lui a0,0x7ffff
(assert_return (invoke "lui.most") (i64.const 0x7ffff000))

;; The code is at 0x10000.
;; guest "auipc" () -> (a0)
;;   00000013  nop
;;   00001517  auipc a0,0x1
(assert_return (invoke "auipc") (i64.const 0x11004))

;; guest "auipc.back" () -> (a0)
;;   fffff517  auipc a0,0xfffff
(assert_return (invoke "auipc.back") (i64.const 0xf000))

;; Beyond the lowest address: 0x10000 - 0x80000000.
;; guest "auipc.least" () -> (a0)
;;   80000517  auipc a0,0x80000
(assert_return (invoke "auipc.least") (i64.const 0xffffffff80010000))

;; guest "slt" (a0, a1) -> (a0)
;;   00b52533  slt a0,a0,a1
(assert_return (invoke "slt" (i64.const -1) (i64.const 0)) (i64.const 1))
(assert_return (invoke "slt" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 1))
(assert_return (invoke "slt" (i64.const 0x7fffffffffffffff) (i64.const 0x8000000000000000))
  (i64.const 0))
(assert_return (invoke "slt" (i64.const 3) (i64.const 3)) (i64.const 0))

;; guest "sltu" (a0, a1) -> (a0)
;;   00b53533  sltu a0,a0,a1
(assert_return (invoke "sltu" (i64.const -1) (i64.const 0)) (i64.const 0))
(assert_return (invoke "sltu" (i64.const 0) (i64.const -1)) (i64.const 1))
(assert_return (invoke "sltu" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0))
(assert_return (invoke "sltu" (i64.const 3) (i64.const 3)) (i64.const 0))

;; guest "slti" (a0) -> (a0)
;;   fff52513  slti a0,a0,-1
(assert_return (invoke "slti" (i64.const -2)) (i64.const 1))
(assert_return (invoke "slti" (i64.const -1)) (i64.const 0))
(assert_return (invoke "slti" (i64.const 0x8000000000000000)) (i64.const 1))
(assert_return (invoke "slti" (i64.const 0)) (i64.const 0))

;; The immediate is sign-extended first, and then both are unsigned.
;; guest "sltiu" (a0) -> (a0)
;;   fff53513  sltiu a0,a0,-1
(assert_return (invoke "sltiu" (i64.const 0)) (i64.const 1))
(assert_return (invoke "sltiu" (i64.const -1)) (i64.const 0))
(assert_return (invoke "sltiu" (i64.const -2)) (i64.const 1))
(assert_return (invoke "sltiu" (i64.const 0x7fffffffffffffff)) (i64.const 1))

;; guest "seqz" (a0) -> (a0)
;;   00153513  seqz a0,a0
(assert_return (invoke "seqz" (i64.const 0)) (i64.const 1))
(assert_return (invoke "seqz" (i64.const 1)) (i64.const 0))
;; All 64 bits count.
(assert_return (invoke "seqz" (i64.const 0x100000000)) (i64.const 0))

;; guest "snez" (a0) -> (a0)
;;   00a03533  snez a0,a0
(assert_return (invoke "snez" (i64.const 0)) (i64.const 0))
(assert_return (invoke "snez" (i64.const 0x8000000000000000)) (i64.const 1))

;; guest "sltz" (a0) -> (a0)
;;   00052533  sltz a0,a0
(assert_return (invoke "sltz" (i64.const -1)) (i64.const 1))
(assert_return (invoke "sltz" (i64.const 0)) (i64.const 0))

;; guest "sgtz" (a0) -> (a0)
;;   00a02533  sgtz a0,a0
(assert_return (invoke "sgtz" (i64.const 0)) (i64.const 0))
(assert_return (invoke "sgtz" (i64.const 1)) (i64.const 1))
(assert_return (invoke "sgtz" (i64.const 0x8000000000000000)) (i64.const 0))

;; guest "and" (a0, a1) -> (a0)
;;   00b57533  and a0,a0,a1
(assert_return (invoke "and" (i64.const 0xff00ff00ff00ff00) (i64.const 0x0ff00ff00ff00ff0))
  (i64.const 0x0f000f000f000f00))

;; guest "or" (a0, a1) -> (a0)
;;   00b56533  or a0,a0,a1
(assert_return (invoke "or" (i64.const 0xff00ff00ff00ff00) (i64.const 0x0ff00ff00ff00ff0))
  (i64.const 0xfff0fff0fff0fff0))

;; guest "xor" (a0, a1) -> (a0)
;;   00b54533  xor a0,a0,a1
(assert_return (invoke "xor" (i64.const 0xff00ff00ff00ff00) (i64.const 0x0ff00ff00ff00ff0))
  (i64.const 0xf0f0f0f0f0f0f0f0))
(assert_return (invoke "xor" (i64.const -1) (i64.const -1)) (i64.const 0))

;; Logical immediates are sign-extended to all 64 bits.
;; guest "andi" (a0) -> (a0)
;;   80057513  andi a0,a0,-2048
(assert_return (invoke "andi" (i64.const -1)) (i64.const 0xfffffffffffff800))
(assert_return (invoke "andi" (i64.const 0x123456789abcdef0)) (i64.const 0x123456789abcd800))

;; guest "ori" (a0) -> (a0)
;;   80056513  ori a0,a0,-2048
(assert_return (invoke "ori" (i64.const 0)) (i64.const 0xfffffffffffff800))
(assert_return (invoke "ori" (i64.const 1)) (i64.const 0xfffffffffffff801))

;; guest "xori" (a0) -> (a0)
;;   7ff54513  xori a0,a0,2047
(assert_return (invoke "xori" (i64.const -1)) (i64.const 0xfffffffffffff800))

;; guest "not" (a0) -> (a0)
;;   fff54513  not a0,a0
(assert_return (invoke "not" (i64.const 0)) (i64.const -1))
(assert_return (invoke "not" (i64.const 0x8000000000000000)) (i64.const 0x7fffffffffffffff))

;; A write to x0 has no effect, and x0 reads as 0 after it.
;; guest "zero" (a0) -> (a0)
;;   00a50033  add zero,a0,a0
;;   12345037  lui zero,0x12345
;;   00000513  li a0,0
(assert_return (invoke "zero" (i64.const 17)) (i64.const 0))

;; guest "zero.read" (a0) -> (a0)
;;   00550013  addi zero,a0,5
;;   00000533  add a0,zero,zero
(assert_return (invoke "zero.read" (i64.const 17)) (i64.const 0))

;; The destination may be either source.
;; guest "overlap" (a0, a1) -> (a0, a1)
;;   40b505b3  sub a1,a0,a1
;;   40a58533  sub a0,a1,a0
(assert_return (invoke "overlap" (i64.const 10) (i64.const 3)) (i64.const -3) (i64.const 7))
