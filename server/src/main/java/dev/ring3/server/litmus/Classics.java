package dev.ring3.server.litmus;

import dev.ring3.litmus.CycleTests;
import java.util.List;

/** Tests that everybody who writes about memory models begins with; names as in Alglave, Maranget and Tautschnig, "Herding cats". */
final class Classics {
    /**
     * A test to pick.
     *
     * @param about what it asks, in a sentence
     * @param cycle the cycle of edges that it asks for
     */
    record Classic(String name, String about, String cycle) {
        String text() {
            return CycleTests.generate(name, cycle);
        }
    }

    static final List<Classic> ALL = List.of(
            new Classic("MP", "Is data there when its flag is seen, if nobody orders anything?", "PodWW Rfe PodRR Fre"),
            new Classic(
                    "MP+release+acquire",
                    "Is data there when its flag is seen, if the flag is released and acquired?",
                    "PodWW L Rfe A PodRR Fre"),
            new Classic(
                    "MP+release+addr",
                    "Is an address that was read enough to order the read through it?",
                    "PodWW L Rfe DpAddrdR Fre"),
            new Classic("SB", "Can two threads both miss what the other has just written?", "PodWR Fre PodWR Fre"),
            new Classic(
                    "SB+atomics",
                    "Can they, with an atomic operation between write and read?",
                    "FencedWR Fre FencedWR Fre"),
            new Classic("LB", "Can two threads both read what the other writes later?", "PodRW Rfe PodRW Rfe"),
            new Classic("LB+data", "Can they, if each writes what it read?", "DpDatadW Rfe DpDatadW Rfe"),
            new Classic(
                    "WRC", "Does what one thread has seen of another reach a third?", "Rfe PodRW L Rfe A PodRR Fre"),
            new Classic("IRIW", "May two readers see two writes in different orders?", "Rfe PodRR Fre Rfe PodRR Fre"),
            new Classic("IRIW+acquires", "May they, if they read with acquire?", "Rfe A PodRR Fre Rfe A PodRR Fre"),
            new Classic("2+2W", "Can each of two threads have its first write last?", "PodWW Coe PodWW Coe"),
            new Classic("CoRR", "Can one location, read twice, go back to an older value?", "Rfe PosRR Fre"));

    private Classics() {}
}
