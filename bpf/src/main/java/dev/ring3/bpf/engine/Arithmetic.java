package dev.ring3.bpf.engine;

/**
 * Division as BPF defines it for every operand (RFC 9669 section 4.1): by zero gives 0, modulo zero leaves the
 * dividend, and the most negative number divided by -1 is itself (as in Java).
 */
final class Arithmetic {
    private Arithmetic() {}

    static long divide(long dividend, long divisor) {
        return divisor == 0 ? 0 : Long.divideUnsigned(dividend, divisor);
    }

    static long divideSigned(long dividend, long divisor) {
        return divisor == 0 ? 0 : dividend / divisor;
    }

    static long modulo(long dividend, long divisor) {
        return divisor == 0 ? dividend : Long.remainderUnsigned(dividend, divisor);
    }

    static long moduloSigned(long dividend, long divisor) {
        return divisor == 0 ? dividend : dividend % divisor;
    }

    static int divideSigned(int dividend, int divisor) {
        return divisor == 0 ? 0 : dividend / divisor;
    }

    static int moduloSigned(int dividend, int divisor) {
        return divisor == 0 ? dividend : dividend % divisor;
    }
}
