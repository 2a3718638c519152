// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
/// Only the targets that own memory may vend borrowed views of it.
let ownsMemory = strict + [.enableExperimentalFeature("Lifetimes")]

// Read from top to bottom, the list is the way of an event. Edges point upwards only.
let package = Package(
    name: "sluice",
    products: [
        .executable(name: "sluice", targets: ["sluice"]),
        .executable(name: "sluice-load", targets: ["sluice-load"]),
    ],
    targets: [
        // Doors to C: headers only, each imported by exactly one Swift target.
        .target(name: "CLinux"),
        .systemLibrary(name: "CLZ4", providers: [.apt(["liblz4-dev"])]),

        .target(name: "Kernel", dependencies: ["CLinux"], swiftSettings: ownsMemory),
        .target(name: "Bytes", dependencies: ["CLZ4"], swiftSettings: ownsMemory),
        .target(name: "Telemetry", dependencies: ["Bytes", "Kernel"], swiftSettings: strict),
        .target(name: "HTTP", dependencies: ["Bytes"], swiftSettings: strict),
        .target(name: "Providers", dependencies: ["Bytes", "HTTP"], swiftSettings: strict),
        .target(name: "Batches", dependencies: ["Bytes", "Kernel"], swiftSettings: strict),
        .target(name: "Storage", dependencies: ["Kernel"], swiftSettings: strict),
        .target(
            name: "Intake",
            dependencies: ["Batches", "Bytes", "HTTP", "Kernel", "Providers", "Storage", "Telemetry"],
            swiftSettings: strict),
        .target(name: "Parquet", dependencies: ["Bytes"], swiftSettings: strict),
        .target(
            name: "Compaction",
            dependencies: ["Batches", "Bytes", "Kernel", "Parquet", "Storage", "Telemetry"],
            swiftSettings: strict),
        .target(
            name: "Configuration",
            dependencies: ["Batches", "Bytes", "Compaction", "HTTP", "Intake", "Kernel", "Parquet", "Providers"],
            swiftSettings: strict),
        .executableTarget(
            name: "sluice",
            dependencies: [
                "Batches", "Bytes", "Compaction", "Configuration", "HTTP", "Intake", "Kernel", "Parquet",
                "Providers", "Storage", "Telemetry",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "sluice-load", dependencies: ["Bytes", "Kernel"], path: "LoadTests/sluice-load",
            swiftSettings: strict),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "KernelTests", dependencies: ["Kernel", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "BytesTests", dependencies: ["Bytes", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "HTTPTests", dependencies: ["Bytes", "HTTP", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ProvidersTests", dependencies: ["Bytes", "HTTP", "Providers", "TestSupport"], swiftSettings: strict),
    ]
)
