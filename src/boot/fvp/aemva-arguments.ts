/** Values of the model's parameters, as its `-C name=value` takes them. */
export type ModelParameters = Readonly<Record<string, string | number>>

/** Files of one machine, by what they are to the model. */
export interface AemvaFiles {
  readonly bl1: string
  readonly fip: string
  readonly uefi: string
  /** Folder that the firmware's shell sees: kernel, device tree, initramfs and startup.nsh. */
  readonly folder: string
  /** Disk image instead of an initramfs. */
  readonly disk?: string | undefined
  /** Realms: the model has them only with another firmware. */
  readonly realms: boolean
}

const minors = (major: number, first: number, last: number): ModelParameters =>
  Object.fromEntries(Array.from({ length: last - first + 1 }, (_, index) => [`has_arm_v${major}-${first + index}`, 1]))

/** Both clusters have the same. Source: what TuxRun gives the model, in its 2xAEMvA parameter list. */
const cluster: ModelParameters = {
  NUM_CORES: 4,
  PA_SIZE: 48,
  check_memory_attributes: 0,
  clear_reg_top_eret: 2,
  ecv_support_level: 2,
  enhanced_pac2_level: 3,
  'gicv3.cpuintf-mmap-access-level': 2,
  'gicv3.without-DS-support': 1,
  'gicv4.mask-virtual-interrupt': 1,
  has_16k_granule: 1,
  has_amu: 1,
  ...minors(8, 1, 9),
  ...minors(9, 0, 5),
  has_branch_target_exception: 1,
  has_brbe: 1,
  has_brbe_v1p1: 1,
  has_const_pac: 1,
  has_gcs: 1,
  has_hpmn0: 1,
  has_large_system_ext: 1,
  has_large_va: 1,
  has_lsfe: 1,
  has_permission_indirection_s1: 1,
  has_permission_indirection_s2: 1,
  has_permission_overlay_s1: 1,
  has_permission_overlay_s2: 1,
  has_rndr: 1,
  has_sve: 1,
  max_32bit_el: 0,
  pmb_idr_external_abort: 1,
  stage12_tlb_size: 1024,
  'sve.has_sme': 1,
  'sve.has_sme2': 1,
  'sve.has_sve2': 1,
}

const realmCluster: ModelParameters = {
  rme_support_level: 2,
  restriction_on_speculative_execution: 2,
  restriction_on_speculative_execution_aarch32: 2,
  output_attributes: 'ExtendedID[62:55]=MPAM_PMG,ExtendedID[54:39]=MPAM_PARTID,ExtendedID[38:37]=MPAM_SP',
  brbe_disable_recording: 1,
}

const smmu: ModelParameters = {
  SMMU_AIDR: 2,
  SMMU_IDR0: 135_263_935,
  SMMU_IDR1: 216_481_056,
  SMMU_IDR3: 5908,
  SMMU_IDR5: 4_294_902_901,
  SMMU_S_IDR1: 2_684_354_562,
  SMMU_S_IDR2: 0,
  SMMU_S_IDR3: 0,
}

const realmSmmu: ModelParameters = { SMMU_ROOT_IDR0: 3, SMMU_ROOT_IIDR: '0x43B', root_register_page_offset: '0x20000' }

/**
 * The parameters of FVP_Base_RevC-2xAEMvA: two clusters of four cores, Armv9.5,
 * 4 GB. Terminals are read as they are, without telnet's own bytes between.
 */
export function aemvaParameters({ bl1, fip, uefi, folder, disk, realms }: AemvaFiles): ModelParameters {
  const clusterOf = (name: string): ModelParameters => under(name, { ...cluster, ...(realms ? realmCluster : {}) })
  const terminals = [0, 1, 2, 3].map((index) => under(`bp.terminal_${index}`, { mode: 'raw', start_telnet: 0 }))
  return {
    'bp.dram_size': 4,
    'bp.flashloader0.fname': fip,
    'bp.flashloader1.fname': uefi,
    'bp.hostbridge.userNetPorts': '8022=22',
    'bp.hostbridge.userNetworking': 1,
    'bp.refcounter.non_arch_start_at_default': 1,
    'bp.secure_memory': realms ? 0 : 1,
    ...(realms ? { 'bp.has_rme': 1 } : {}),
    'bp.secureflashloader.fname': bl1,
    'bp.smsc_91c111.enabled': 1,
    ...Object.assign({}, ...terminals),
    'bp.ve_sysregs.exit_on_shutdown': 1,
    'bp.virtio_rng.enabled': 1,
    ...(disk === undefined ? {} : { 'bp.virtioblockdevice.image_path': disk }),
    'bp.vis.disable_visualisation': 1,
    cache_state_modelled: 0,
    ...clusterOf('cluster0'),
    'cluster0.cpu0.semihosting-cwd': folder,
    ...clusterOf('cluster1'),
    'gic_distributor.has_nmi': 1,
    ...under('pci.pci_smmuv3.mmu', { ...smmu, ...(realms ? realmSmmu : {}) }),
    'pctl.startup': '0.0.0.0',
  }
}

function under(name: string, parameters: ModelParameters): ModelParameters {
  return Object.fromEntries(Object.entries(parameters).map(([key, value]) => [`${name}.${key}`, value]))
}
