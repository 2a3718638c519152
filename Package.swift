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
/// The static half of the law of exclusivity stays; its run-time half costs 2 % of a request's CPU time in the loops,
/// which touch their own connections only.
let staticExclusivity = strict + [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]
/// Only the targets that own memory, or a reader of it, may vend borrowed views of it.
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
        .target(name: "Batches", dependencies: ["Bytes", "Kernel"], swiftSettings: ownsMemory),
        .target(name: "Storage", dependencies: ["Kernel"], swiftSettings: strict),
        .target(
            name: "Intake",
            dependencies: ["Batches", "Bytes", "HTTP", "Kernel", "Providers", "Storage", "Telemetry"],
            swiftSettings: staticExclusivity),
        .target(name: "Parquet", dependencies: ["Bytes"], swiftSettings: strict),
        .target(
            name: "Compaction",
            dependencies: ["Batches", "Bytes", "Kernel", "Parquet", "Storage", "Telemetry"],
            swiftSettings: strict),
        .target(name: "Configuration", dependencies: ["Bytes", "Kernel"], swiftSettings: strict),
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

        .target(
            name: "TestSupport", dependencies: ["Kernel", "Storage"], path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
        .testTarget(name: "KernelTests", dependencies: ["Kernel", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "IntakeTests",
            dependencies: ["Batches", "Bytes", "Intake", "Kernel", "Telemetry", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "BatchesTests", dependencies: ["Batches", "Bytes", "Kernel", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "BytesTests", dependencies: ["Bytes", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "StorageTests", dependencies: ["Kernel", "Storage", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "HTTPTests", dependencies: ["Bytes", "HTTP", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ProvidersTests", dependencies: ["Bytes", "HTTP", "Providers", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ConfigurationTests", dependencies: ["Configuration", "Kernel", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "TelemetryTests", dependencies: ["Bytes", "Kernel", "Telemetry", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "LoadTests", dependencies: ["sluice-load", "TestSupport"], path: "LoadTests/Tests",
            swiftSettings: strict),
        .testTarget(
            name: "ParquetTests", dependencies: ["Bytes", "Parquet", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "CompactionTests",
            dependencies: ["Batches", "Bytes", "Compaction", "Kernel", "Parquet", "Storage", "TestSupport"],
            swiftSettings: strict),
    ]
)

// libFuzzer brings its own `main`, so its executable is there only when asked for: see ops/fuzz.
if Context.environment["SLUICE_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz", dependencies: ["Batches", "Bytes", "HTTP", "Parquet"], path: "Tests/Fuzz",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
