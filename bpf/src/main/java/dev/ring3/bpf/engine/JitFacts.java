package dev.ring3.bpf.engine;

/**
 * What is known of a function before any of it is emitted.
 *
 * @param pieces what of its frame is followed as registers are
 */
record JitFacts(JitFunction function, JitLoops loops, JitPieces pieces, JitRanges ranges, JitKinds kinds) {
    static JitFacts of(JitProgram program, JitFunction function) {
        JitLoops loops = new JitLoops(function);
        JitPieces pieces = JitPieces.of(program, function);
        JitState entry = JitState.atEntry(isEntry(program, function), pieces.all.size());
        JitRanges ranges = new JitRanges(function, loops, pieces, program.image, entry);
        return new JitFacts(function, loops, pieces, ranges, new JitKinds(function, ranges));
    }

    /** Whether a function is the program itself, and nothing but that. */
    static boolean isEntry(JitProgram program, JitFunction function) {
        return function.entry == 0 && !program.callsEntry;
    }
}
