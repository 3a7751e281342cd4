package dev.ring3.bench.pid;

/** A child JVM: {@code costs ROUNDS}, or {@code await WAY COUNT}; prints what {@link Costs} and {@link Awaiting} say. */
public final class PidWorkerMain {
    private PidWorkerMain() {}

    /** The JVM's entry. */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("costs")) {
            Costs.measure(Integer.parseInt(arguments[1])).forEach(System.out::println);
        } else {
            System.out.println(Awaiting.measure(Awaiting.Way.valueOf(arguments[1]), Integer.parseInt(arguments[2])));
        }
        System.out.flush();
    }
}
