package dev.ring3.nfs.op;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.Sharing;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Files;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.fs.vfs.OpenOption;
import dev.ring3.linux.Errno;
import dev.ring3.nfs.op.OpenArguments.Create;
import dev.ring3.nfs.proto.Attr;
import dev.ring3.nfs.proto.Bitmap;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import dev.ring3.nfs.state.OpenOwner;
import dev.ring3.nfs.state.OpenState;
import dev.ring3.nfs.state.OpenStates;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds or makes the file of an OPEN, and opens it. */
final class OpenTarget {
    private static final int DEFAULT_PERMISSIONS = 0644;

    /** Of a file that is made without attributes, until the client sets them (RFC 8881, section 18.16.4). */
    private static final int EXCLUSIVE_PERMISSIONS = 0600;

    private final Compound c;
    private final OpenArguments arguments;
    private final OpenOwner owner;
    private final Sharing sharing;

    OpenTarget(Compound c, OpenArguments arguments, OpenOwner owner, Sharing sharing) {
        this.c = c;
        this.arguments = arguments;
        this.owner = owner;
        this.sharing = sharing;
    }

    OpenOps.Result open(Place current) {
        Bitmap given = arguments.attributes().given();
        if (arguments.create().isExclusive()
                && !given.without(Attr.settableExclusively(c.minor)).isEmpty()) {
            throw new NfsException(NfsStatus.INVAL);
        }
        boolean writes = sharing.access().overlaps(Use.WRITE);
        byte[] name = arguments.name();
        if (name == null) {
            if (arguments.create() != Create.NO) {
                throw new NfsException(NfsStatus.INVAL);
            }
            OpenOps.requireRegular(c, c.stat(StatMask.TYPE));
            if (writes) {
                Compound.requireWritable(current);
            }
            return existing(current, Set.of(), Bitmap.EMPTY);
        }
        HandleOps.requireDirectory(c);
        if (writes || arguments.create() != Create.NO) {
            Compound.requireWritable(current);
        }
        if (arguments.create() != Create.NO) {
            return create(current, Utf8.nameToMake(name));
        }
        Place found = HandleOps.find(c, current, name);
        OpenOps.requireRegular(c, c.exports.stat(found, StatMask.TYPE));
        return existing(found, Set.of(), Bitmap.EMPTY);
    }

    private Caller caller(Place place) {
        Caller plain = c.caller(place);
        return c.isFirstMinor()
                ? new Caller(
                        plain.credentials(),
                        owner.client().fsClient(),
                        0,
                        0,
                        0,
                        plain.address(),
                        Caller.Patience.COME_AGAIN)
                : plain;
    }

    private OpenOps.Result existing(Place place, Set<OpenOption> options, Bitmap set) {
        requireDelegated(place.node());
        try {
            return new OpenOps.Result(place, openOrUpgrade(place, options), null, set);
        } catch (FsException e) {
            if (e.errno() != Errno.EBUSY) {
                throw e;
            }
            if (!c.state().opens().yieldSilent(place.node())) {
                throw new NfsException(NfsStatus.SHARE_DENIED);
            }
            return new OpenOps.Result(place, openOrUpgrade(place, options), null, set);
        }
    }

    /** An open under a delegation is of the file that was delegated. */
    private void requireDelegated(@Nullable NodeId node) {
        Stateid stateid = arguments.delegation();
        if (stateid != null && !OpenOps.delegation(c, stateid).node().equals(node)) {
            throw new NfsException(NfsStatus.BAD_STATEID);
        }
    }

    /** What the owner has open already it has open for both afterwards, under one stateid. */
    private OpenStates.Opened openOrUpgrade(Place place, Set<OpenOption> options) {
        Caller caller = caller(place);
        NodeId node = place.node();
        OpenHow how = new OpenHow(sharing, options);
        while (true) {
            OpenState known = c.state().opens().find(owner, node);
            if (known == null) {
                OpenFile file = IoFile.open(c, caller, node, how);
                return c.state()
                        .opens()
                        .add(owner, file, sharing, caller.credentials().uid());
            }
            if (known.file().entry().sharing().conflictsWith(sharing)) {
                // Not even the owner may do what he denies to everybody (RFC 8881, section 9.7).
                throw new NfsException(NfsStatus.SHARE_DENIED);
            }
            c.vfs().files().reopen(caller, known.file(), how);
            OpenStates.Opened opened = c.state().opens().upgraded(known, sharing);
            if (opened != null) {
                return opened;
            }
        }
    }

    private OpenOps.Result create(Place directory, Name name) {
        Caller caller = caller(directory);
        while (true) {
            Stat found = c.vfs().names().find(caller, directory.node(), name, StatMask.QUIET);
            if (found != null) {
                return createdBefore(directory, found);
            }
            try {
                return make(directory, name, caller);
            } catch (FsException e) {
                if (e.errno() != Errno.EEXIST) {
                    throw e;
                }
                // Somebody else made it meanwhile: look again.
            }
        }
    }

    private OpenOps.Result createdBefore(Place directory, Stat found) {
        switch (arguments.create()) {
            case GUARDED -> throw new NfsException(NfsStatus.EXIST);
            case EXCLUSIVE, EXCLUSIVE_WITH_ATTRIBUTES -> {
                if (found.type() != FileType.REGULAR || !isOurs(found)) {
                    throw new NfsException(NfsStatus.EXIST);
                }
                return existing(directory.at(found.node()), Set.of(), exclusiveSet());
            }
            case UNCHECKED, NO -> {}
        }
        OpenOps.requireRegular(c, found);
        Long size = arguments.attributes().change().sizeBytes();
        boolean empties = size != null && size == 0;
        Place place = directory.at(found.node());
        OpenOps.Result result = existing(
                place, empties ? Set.of(OpenOption.TRUNCATE) : Set.of(), empties ? Bitmap.of(Attr.SIZE) : Bitmap.EMPTY);
        if (empties) {
            c.commit(place);
        }
        return result;
    }

    private OpenOps.Result make(Place directory, Name name, Caller caller) {
        requireDelegated(null);
        SetAttributes attributes = arguments.attributes();
        int otherwise = arguments.create().isExclusive() ? EXCLUSIVE_PERMISSIONS : DEFAULT_PERMISSIONS;
        NewNode shape = NewNode.of(FileType.REGULAR, attributes.permissions(otherwise), attributes.umask(), 0, 0);
        Files.Opened made =
                c.vfs().files().open(caller, directory.node(), name, new OpenHow(sharing, Set.of()), shape, true);
        Place place = directory.at(made.file().node());
        OpenStates.Opened opened;
        try {
            if (arguments.create().isExclusive()) {
                c.vfs().attributes().set(caller, place.node(), verifierTimes(), null);
            }
            NameOps.setOrRemove(c, caller, directory, name, made.stat(), attributes);
            c.commit(directory);
        } catch (FsException | NfsException e) {
            c.vfs().files().close(made.file());
            throw e;
        }
        opened = c.state()
                .opens()
                .add(owner, made.file(), sharing, caller.credentials().uid());
        Bitmap set = arguments.create().isExclusive() ? exclusiveSet() : attributes.given();
        return new OpenOps.Result(place, opened, made.directory(), set);
    }

    /** An exclusive creation keeps its verifier in the times, until the client sets them. */
    private AttrChange verifierTimes() {
        return AttrChange.NONE.withTimes(new AttrChange.At(accessVerifier()), new AttrChange.At(modifyVerifier()));
    }

    private Instant accessVerifier() {
        return Instant.ofEpochSecond(arguments.verifier() >>> 32);
    }

    private Instant modifyVerifier() {
        return Instant.ofEpochSecond(arguments.verifier() & 0xffff_ffffL);
    }

    private boolean isOurs(Stat found) {
        return found.sizeBytes() == 0
                && found.accessTime().equals(accessVerifier())
                && found.modifyTime().equals(modifyVerifier());
    }

    private Bitmap exclusiveSet() {
        return arguments.attributes().given().or(Bitmap.of(Attr.TIME_ACCESS, Attr.TIME_MODIFY));
    }
}
