;; M: multiplication.

;; guest "mul" (a0, a1) -> (a0)
;;   02b50533  mul a0,a0,a1
(assert_return (invoke "mul" (i64.const 7) (i64.const -6)) (i64.const -42))
(assert_return (invoke "mul" (i64.const 0x8000000000000000) (i64.const -1))
  (i64.const 0x8000000000000000))
(assert_return (invoke "mul" (i64.const 0x100000000) (i64.const 0x100000000)) (i64.const 0))
(assert_return (invoke "mul" (i64.const -1) (i64.const -1)) (i64.const 1))

;; guest "mulh" (a0, a1) -> (a0)
;;   02b51533  mulh a0,a0,a1
(assert_return (invoke "mulh" (i64.const 0x8000000000000000) (i64.const 0x8000000000000000))
  (i64.const 0x4000000000000000))
(assert_return (invoke "mulh" (i64.const 0x8000000000000000) (i64.const -1)) (i64.const 0))
(assert_return (invoke "mulh" (i64.const -1) (i64.const -1)) (i64.const 0))
(assert_return (invoke "mulh" (i64.const -1) (i64.const 1)) (i64.const -1))
(assert_return (invoke "mulh" (i64.const 0x7fffffffffffffff) (i64.const 0x7fffffffffffffff))
  (i64.const 0x3fffffffffffffff))
(assert_return (invoke "mulh" (i64.const 0x7fffffffffffffff) (i64.const 0x8000000000000000))
  (i64.const 0xc000000000000000))
(assert_return (invoke "mulh" (i64.const 0x100000000) (i64.const 0xffffffff00000000))
  (i64.const -1))

;; guest "mulhu" (a0, a1) -> (a0)
;;   02b53533  mulhu a0,a0,a1
(assert_return (invoke "mulhu" (i64.const -1) (i64.const -1)) (i64.const 0xfffffffffffffffe))
(assert_return (invoke "mulhu" (i64.const 0x8000000000000000) (i64.const 2)) (i64.const 1))
(assert_return (invoke "mulhu" (i64.const 0x8000000000000000) (i64.const 0x8000000000000000))
  (i64.const 0x4000000000000000))
(assert_return (invoke "mulhu" (i64.const -1) (i64.const 1)) (i64.const 0))
(assert_return (invoke "mulhu" (i64.const 0x123456789abcdef0) (i64.const 0xfedcba9876543210))
  (i64.const 0x121fa00ad77d7422))

;; The first is signed and the second is not.
;; guest "mulhsu" (a0, a1) -> (a0)
;;   02b52533  mulhsu a0,a0,a1
(assert_return (invoke "mulhsu" (i64.const -1) (i64.const -1)) (i64.const -1))
(assert_return (invoke "mulhsu" (i64.const 0x8000000000000000) (i64.const -1))
  (i64.const 0x8000000000000000))
(assert_return (invoke "mulhsu" (i64.const 0x7fffffffffffffff) (i64.const -1))
  (i64.const 0x7ffffffffffffffe))
(assert_return (invoke "mulhsu" (i64.const 1) (i64.const 0x8000000000000000)) (i64.const 0))
(assert_return (invoke "mulhsu" (i64.const -1) (i64.const 1)) (i64.const -1))
(assert_return (invoke "mulhsu" (i64.const -1) (i64.const 0x8000000000000000)) (i64.const -1))

;; guest "mulw" (a0, a1) -> (a0)
;;   02b5053b  mulw a0,a0,a1
(assert_return (invoke "mulw" (i64.const 0x10000) (i64.const 0x10000)) (i64.const 0))
(assert_return (invoke "mulw" (i64.const 0x7fffffff) (i64.const 2)) (i64.const -2))
(assert_return (invoke "mulw" (i64.const 0xffffffff00000003) (i64.const 0x1234567800000005))
  (i64.const 15))
(assert_return (invoke "mulw" (i64.const 0x8000) (i64.const 0x10000))
  (i64.const 0xffffffff80000000))

;; The pair for a product of 128 bits, the upper half first.
;; guest "wide" (a0, a1) -> (a0, a2)
;;   02b51633  mulh a2,a0,a1
;;   02b50533  mul a0,a0,a1
(assert_return (invoke "wide" (i64.const 0x7fffffffffffffff) (i64.const 4))
  (i64.const -4) (i64.const 1))
(assert_return (invoke "wide" (i64.const -2) (i64.const 0x7fffffffffffffff))
  (i64.const 2) (i64.const -1))

;; The destination may be a source.
;; guest "overlap" (a0, a1) -> (a0, a1)
;;   02b535b3  mulhu a1,a0,a1
;;   02a58533  mul a0,a1,a0
(assert_return (invoke "overlap" (i64.const -1) (i64.const -1)) (i64.const 2) (i64.const -2))
