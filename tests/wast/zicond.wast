;; Zicond: zero on a condition.

;; guest "czero.eqz" (a0, a1) -> (a0) unemulated
;;   0eb55533  czero.eqz a0,a0,a1
(assert_return (invoke "czero.eqz" (i64.const 5) (i64.const 0)) (i64.const 0))
(assert_return (invoke "czero.eqz" (i64.const 5) (i64.const 1)) (i64.const 5))
;; All 64 bits of the condition count.
(assert_return (invoke "czero.eqz" (i64.const -1) (i64.const 0x8000000000000000)) (i64.const -1))

;; guest "czero.nez" (a0, a1) -> (a0) unemulated
;;   0eb57533  czero.nez a0,a0,a1
(assert_return (invoke "czero.nez" (i64.const 5) (i64.const 0)) (i64.const 5))
(assert_return (invoke "czero.nez" (i64.const 5) (i64.const 1)) (i64.const 0))
(assert_return (invoke "czero.nez" (i64.const -1) (i64.const 0x100000000)) (i64.const 0))

;; A choice, as compilers write it.
;; guest "choice" (a0, a1, a2) -> (a0) unemulated
;;   0ec555b3  czero.eqz a1,a0,a2
;;   00058693  mv a3,a1
;;   0ec57533  czero.nez a0,a0,a2
;;   00d56533  or a0,a0,a3
(assert_return (invoke "choice" (i64.const 5) (i64.const 9) (i64.const 0)) (i64.const 5))
(assert_return (invoke "choice" (i64.const 5) (i64.const 9) (i64.const 1)) (i64.const 5))

;; guest "overlap" (a0) -> (a0, a1) unemulated
;;   0ea575b3  czero.nez a1,a0,a0
;;   0ea55533  czero.eqz a0,a0,a0
(assert_return (invoke "overlap" (i64.const 7)) (i64.const 7) (i64.const 0))
(assert_return (invoke "overlap" (i64.const 0)) (i64.const 0) (i64.const 0))
