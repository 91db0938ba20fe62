export function installRdkafkaPerformance(): { readonly path: string } | { readonly missing: string }
