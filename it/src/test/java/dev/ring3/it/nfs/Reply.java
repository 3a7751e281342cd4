package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** A COMPOUND4res: the status, the tag, and what each operation returned up to the first that failed. */
record Reply(NfsStatus status, Opaque tag, List<Item> items) {
    /** The result of one operation. */
    record Item(int code, NfsStatus status, Result result) {}

    static Reply read(XdrReader in) {
        NfsStatus status = in.status();
        Opaque tag = in.opaque();
        List<Item> items = new ArrayList<>(in.list(Reply::readItem));
        in.end();
        for (int i = 0; i < items.size(); i++) {
            boolean last = i == items.size() - 1;
            // RFC 8881, 15.2: every operation but the last succeeded, and the status is the last one's.
            assertThat(items.get(i).status()).isEqualTo(last ? status : NfsStatus.OK);
        }
        return new Reply(status, tag, items);
    }

    private static Item readItem(XdrReader in) {
        int code = in.u32();
        NfsStatus status = in.status();
        return new Item(code, status, Result.read(code, status, in));
    }

    /** This, if every operation succeeded. */
    Reply ok() {
        assertThat(status).as("the status of %s", this).isEqualTo(NfsStatus.OK);
        return this;
    }

    /** The last result of that kind. */
    <T extends Result> T get(Class<T> type) {
        for (Item item : items.reversed()) {
            if (type.isInstance(item.result())) {
                return type.cast(item.result());
            }
        }
        throw new AssertionError("no " + type.getSimpleName() + " in " + this);
    }

    Item last() {
        return items.getLast();
    }

    Opaque handle() {
        return ok().get(Result.Handle.class).handle();
    }

    Attrs attrs() {
        return ok().get(Result.Attributes.class).attrs();
    }

    StateId stateId() {
        return ok().get(Result.State.class).stateId();
    }

    Result.Opened opened() {
        return ok().get(Result.Opened.class);
    }

    Result.Changed changed() {
        return ok().get(Result.Changed.class);
    }

    Result.Data data() {
        return ok().get(Result.Data.class);
    }
}
