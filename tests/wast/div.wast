;; M: division. Nothing traps: division by zero gives all ones and leaves the
;; dividend as the remainder; the one overflow gives the dividend and 0.

;; guest "div" (a0, a1) -> (a0)
;;   02b54533  div a0,a0,a1
(assert_return (invoke "div" (i64.const 7) (i64.const 0)) (i64.const -1))
(assert_return (invoke "div" (i64.const 0) (i64.const 0)) (i64.const -1))
(assert_return (invoke "div" (i64.const -7) (i64.const 0)) (i64.const -1))
(assert_return (invoke "div" (i64.const 0x8000000000000000) (i64.const -1))
  (i64.const 0x8000000000000000))
(assert_return (invoke "div" (i64.const 0x8000000000000000) (i64.const 0)) (i64.const -1))
;; It rounds to zero.
(assert_return (invoke "div" (i64.const -7) (i64.const 2)) (i64.const -3))
(assert_return (invoke "div" (i64.const 7) (i64.const -2)) (i64.const -3))
(assert_return (invoke "div" (i64.const 0x8000000000000000) (i64.const 1))
  (i64.const 0x8000000000000000))
(assert_return (invoke "div" (i64.const 0x7fffffffffffffff) (i64.const -1))
  (i64.const 0x8000000000000001))

;; guest "divu" (a0, a1) -> (a0)
;;   02b55533  divu a0,a0,a1
(assert_return (invoke "divu" (i64.const 7) (i64.const 0)) (i64.const -1))
(assert_return (invoke "divu" (i64.const 0) (i64.const 0)) (i64.const -1))
(assert_return (invoke "divu" (i64.const -1) (i64.const 2)) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "divu" (i64.const 0x8000000000000000) (i64.const -1)) (i64.const 0))
(assert_return (invoke "divu" (i64.const -1) (i64.const -1)) (i64.const 1))

;; guest "rem" (a0, a1) -> (a0)
;;   02b56533  rem a0,a0,a1
(assert_return (invoke "rem" (i64.const 7) (i64.const 0)) (i64.const 7))
(assert_return (invoke "rem" (i64.const -7) (i64.const 0)) (i64.const -7))
(assert_return (invoke "rem" (i64.const 0x8000000000000000) (i64.const -1)) (i64.const 0))
(assert_return (invoke "rem" (i64.const 0x8000000000000000) (i64.const 0))
  (i64.const 0x8000000000000000))
;; The remainder has the dividend's sign.
(assert_return (invoke "rem" (i64.const -7) (i64.const 2)) (i64.const -1))
(assert_return (invoke "rem" (i64.const 7) (i64.const -2)) (i64.const 1))
(assert_return (invoke "rem" (i64.const 5) (i64.const -1)) (i64.const 0))

;; guest "remu" (a0, a1) -> (a0)
;;   02b57533  remu a0,a0,a1
(assert_return (invoke "remu" (i64.const 7) (i64.const 0)) (i64.const 7))
(assert_return (invoke "remu" (i64.const -1) (i64.const 0)) (i64.const -1))
(assert_return (invoke "remu" (i64.const -1) (i64.const 10)) (i64.const 5))
(assert_return (invoke "remu" (i64.const 0x8000000000000000) (i64.const -1))
  (i64.const 0x8000000000000000))

;; guest "divw" (a0, a1) -> (a0)
;;   02b5453b  divw a0,a0,a1
(assert_return (invoke "divw" (i64.const 7) (i64.const 0)) (i64.const -1))
(assert_return (invoke "divw" (i64.const 0x80000000) (i64.const -1)) (i64.const 0xffffffff80000000))
(assert_return (invoke "divw" (i64.const 0x80000000) (i64.const 0xffffffff))
  (i64.const 0xffffffff80000000))
;; Upper halves do not count.
(assert_return (invoke "divw" (i64.const 0x100000007) (i64.const 0x100000002)) (i64.const 3))
(assert_return (invoke "divw" (i64.const 7) (i64.const 0x100000000)) (i64.const -1))
(assert_return (invoke "divw" (i64.const 0xfffffff9) (i64.const 2)) (i64.const -3))

;; guest "divuw" (a0, a1) -> (a0)
;;   02b5553b  divuw a0,a0,a1
(assert_return (invoke "divuw" (i64.const 7) (i64.const 0)) (i64.const -1))
;; An unsigned quotient is sign-extended too.
(assert_return (invoke "divuw" (i64.const 0x80000000) (i64.const 1)) (i64.const 0xffffffff80000000))
(assert_return (invoke "divuw" (i64.const 0xffffffff) (i64.const 2)) (i64.const 0x7fffffff))
(assert_return (invoke "divuw" (i64.const -1) (i64.const 0x100000001)) (i64.const -1))
(assert_return (invoke "divuw" (i64.const 0x80000000) (i64.const -1)) (i64.const 0))

;; guest "remw" (a0, a1) -> (a0)
;;   02b5653b  remw a0,a0,a1
(assert_return (invoke "remw" (i64.const 7) (i64.const 0)) (i64.const 7))
(assert_return (invoke "remw" (i64.const 0x80000000) (i64.const 0)) (i64.const 0xffffffff80000000))
(assert_return (invoke "remw" (i64.const 0x80000000) (i64.const -1)) (i64.const 0))
(assert_return (invoke "remw" (i64.const 0x80000000) (i64.const 0xffffffff)) (i64.const 0))
(assert_return (invoke "remw" (i64.const -7) (i64.const 4)) (i64.const -3))
(assert_return (invoke "remw" (i64.const 0x100000007) (i64.const 4)) (i64.const 3))

;; guest "remuw" (a0, a1) -> (a0)
;;   02b5753b  remuw a0,a0,a1
(assert_return (invoke "remuw" (i64.const 0x80000000) (i64.const 0)) (i64.const 0xffffffff80000000))
(assert_return (invoke "remuw" (i64.const 0x1ffffffff) (i64.const 0)) (i64.const -1))
(assert_return (invoke "remuw" (i64.const 0xffffffff) (i64.const 10)) (i64.const 5))
(assert_return (invoke "remuw" (i64.const 0x80000000) (i64.const -1))
  (i64.const 0xffffffff80000000))

;; Both of one division, as compilers write it.
;; guest "both" (a0, a1) -> (a2, a3)
;;   02b54633  div a2,a0,a1
;;   02b566b3  rem a3,a0,a1
(assert_return (invoke "both" (i64.const -17) (i64.const 5)) (i64.const -3) (i64.const -2))
(assert_return (invoke "both" (i64.const 17) (i64.const 0)) (i64.const -1) (i64.const 17))
(assert_return (invoke "both" (i64.const 0x8000000000000000) (i64.const -1))
  (i64.const 0x8000000000000000) (i64.const 0))

;; By constants that the translator sees.
;; guest "by.zero" (a0) -> (a0)
;;   00000593  li a1,0
;;   02b55533  divu a0,a0,a1
(assert_return (invoke "by.zero" (i64.const 3)) (i64.const -1))

;; guest "by.minus.one" (a0) -> (a0)
;;   fff00593  li a1,-1
;;   02b54533  div a0,a0,a1
(assert_return (invoke "by.minus.one" (i64.const 0x8000000000000000))
  (i64.const 0x8000000000000000))
(assert_return (invoke "by.minus.one" (i64.const 6)) (i64.const -6))

;; guest "by.seven" (a0) -> (a0)
;;   00700593  li a1,7
;;   02b56533  rem a0,a0,a1
(assert_return (invoke "by.seven" (i64.const -50)) (i64.const -1))
(assert_return (invoke "by.seven" (i64.const 0x8000000000000000)) (i64.const -1))

;; guest "overlap" (a0) -> (a0)
;;   02a54533  div a0,a0,a0
(assert_return (invoke "overlap" (i64.const 9)) (i64.const 1))
(assert_return (invoke "overlap" (i64.const 0)) (i64.const -1))
(assert_return (invoke "overlap" (i64.const 0x8000000000000000)) (i64.const 1))
