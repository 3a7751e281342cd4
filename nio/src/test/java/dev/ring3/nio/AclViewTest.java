package dev.ring3.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.OrderedAcl;
import dev.ring3.fs.OrderedAcl.Ace;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.PosixAcl.Tag;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** ACLs as Java has them, over those of POSIX. */
final class AclViewTest {
    private static AclEntry entry(AclEntryType type, UserPrincipal who, AclEntryPermission... permissions) {
        return AclEntry.newBuilder()
                .setType(type)
                .setPrincipal(who)
                .setPermissions(permissions)
                .build();
    }

    @Test
    void acl_isSetAndRead_andDecidesOverPermissions() throws IOException {
        try (Ring3FileSystem fileSystem = Ring3FileSystems.inMemory()) {
            Path file = Files.createFile(fileSystem.getPath("/f"));
            AclFileAttributeView view = Files.getFileAttributeView(file, AclFileAttributeView.class);
            UserPrincipal bob = fileSystem.getUserPrincipalLookupService().lookupPrincipalByName("4711");
            UserPrincipal owner = fileSystem.getUserPrincipalLookupService().lookupPrincipalByName("OWNER@");
            List<AclEntry> before = view.getAcl();
            view.setAcl(before);
            assertThat(view.getAcl()).isEqualTo(before);
            assertThat(Files.getAttribute(file, "unix:mode")).isEqualTo(0100644);

            view.setAcl(List.of(
                    entry(AclEntryType.ALLOW, owner, AclEntryPermission.READ_DATA),
                    entry(AclEntryType.ALLOW, bob, AclEntryPermission.READ_DATA, AclEntryPermission.EXECUTE)));
            assertThat(view.getAcl())
                    .anyMatch(each -> each.principal().equals(bob)
                            && each.type() == AclEntryType.ALLOW
                            && each.permissions().contains(AclEntryPermission.EXECUTE));
            assertThat(Files.getAttribute(file, "unix:mode"))
                    .as("the mask shows as the group's")
                    .isEqualTo(0100450);
            assertThat(Files.getAttribute(file, "acl:acl")).isEqualTo(view.getAcl());
        }
    }

    @Test
    void acl_thatPosixCannotSay_isRefused() throws IOException {
        try (Ring3FileSystem fileSystem = Ring3FileSystems.inMemory()) {
            Path file = Files.createFile(fileSystem.getPath("/f"));
            AclFileAttributeView view = Files.getFileAttributeView(file, AclFileAttributeView.class);
            UserPrincipal root = fileSystem.getUserPrincipalLookupService().lookupPrincipalByName("root");
            List<AclEntry> before = view.getAcl();
            for (AclEntry entry : List.of(
                    entry(AclEntryType.ALLOW, root, AclEntryPermission.WRITE_DATA),
                    entry(AclEntryType.ALLOW, root, AclEntryPermission.WRITE_OWNER),
                    entry(AclEntryType.DENY, root, AclEntryPermission.READ_ACL),
                    entry(AclEntryType.AUDIT, root, AclEntryPermission.READ_DATA),
                    AclEntry.newBuilder(entry(AclEntryType.ALLOW, root, AclEntryPermission.READ_DATA))
                            .setFlags(AclEntryFlag.FILE_INHERIT)
                            .build())) {
                assertThatThrownBy(() -> view.setAcl(List.of(entry))).isInstanceOf(FileSystemException.class);
            }
            assertThat(view.getAcl()).isEqualTo(before);
        }
    }

    @Test
    void acl_ofADirectory_isInherited() throws IOException {
        try (Ring3FileSystem fileSystem = Ring3FileSystems.inMemory()) {
            Path directory = Files.createDirectory(fileSystem.getPath("/d"));
            AclFileAttributeView view = Files.getFileAttributeView(directory, AclFileAttributeView.class);
            UserPrincipal bob = fileSystem.getUserPrincipalLookupService().lookupPrincipalByName("4711");
            List<AclEntry> acl = new ArrayList<>(view.getAcl());
            acl.add(AclEntry.newBuilder(entry(AclEntryType.ALLOW, bob, AclEntryPermission.READ_DATA))
                    .setFlags(Set.of(
                            AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT, AclEntryFlag.INHERIT_ONLY))
                    .build());
            view.setAcl(acl);
            Path file = Files.createFile(directory.resolve("f"));
            assertThat(Files.getFileAttributeView(file, AclFileAttributeView.class)
                            .getAcl())
                    .anyMatch(each -> each.principal().equals(bob));
        }
    }

    /** The way there and back gives the same list, whatever it is, once its mask is applied. */
    @Test
    void orderedAcl_thereAndBack_isTheSame() {
        long seed = Long.getLong("ring3.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            List<Ace> aces = new ArrayList<>();
            for (int n = random.nextInt(6); n >= 0; n--) {
                Tag tag = List.of(Tag.OWNER, Tag.USER, Tag.GROUP, Tag.NAMED_GROUP, Tag.OTHER)
                        .get(random.nextInt(5));
                boolean named = tag == Tag.USER || tag == Tag.NAMED_GROUP;
                aces.add(new Ace(random.nextInt(4) > 0, tag, named ? random.nextInt(3) : -1, random.nextInt(8)));
            }
            PosixAcl once = OrderedAcl.toPosix(aces);
            PosixAcl again = OrderedAcl.toPosix(OrderedAcl.of(once));
            assertThat(again).as("%s; -Dring3.seed=%d", aces, seed).isEqualTo(once);
        }
    }
}
