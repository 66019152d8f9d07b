/** Invented medicine in the manner of guidelines and papers: nothing here is advice. */
export const ENGLISH: readonly string[] = [
  'Imaginary fever is defined as a temperature above 38.5 °C on two readings within one day, whatever the cause. It affects people of all ages and is the commonest reason for admission in regions where fictional mosquitoes are endemic; most patients recover within a week without specific treatment.',
  'Offer fictamycin to adults with confirmed disease whose symptoms have lasted longer than three days. Start with 0.5 mg/kg by mouth twice daily, and increase to 1.25 mg/kg after a week if the clinical response is insufficient and the drug is well tolerated. Do not exceed 100 mg in 24 hours.',
  'Measure the white cell count before treatment and every second week. Interrupt treatment when neutrophils fall below 1.5 × 10⁹/L, and do not restart before they have risen above 2.0 × 10⁹/L on two consecutive measurements that were made at least four days apart.',
  'The multidisciplinary team should discuss the benefits and the risks of long-term prophylaxis with every patient and, where appropriate, with family members and carers. Shared decisions are to be documented, together with the information on which they were based and with the date of the next review.',
  'In a randomised, double-blind trial of 1,284 participants the primary outcome occurred in 12.4% of those who received fictamycin and in 18.9% of those who received placebo (hazard ratio 0.63, 95% confidence interval 0.48–0.82; p = 0.001). The difference was consistent across the pre-specified subgroups.',
  'Renal impairment reduces clearance considerably. Patients with an estimated glomerular filtration rate of 30–59 mL/min/1.73 m² should be given half of the usual dose; those below 30 mL/min/1.73 m² should not receive the drug outside of a specialised centre with facilities for monitoring concentrations.',
  'Hypersensitivity reactions are rare but may be life-threatening. Before the first infusion, ask about previous reactions to related antibiotics, make sure that adrenaline is at hand, and observe the patient for at least sixty minutes; afterwards, provide written information about the symptoms of delayed reactions.',
  'Co-administration with strong inhibitors of the imaginary cytochrome raises exposure fivefold. Where the combination cannot be avoided, reduce the dose to a quarter, monitor the electrocardiogram at baseline and at steady state, and seek specialist advice if the corrected interval exceeds 480 milliseconds.',
  'Follow-up visits are recommended at two weeks, three months and one year. At each visit, record body weight, blood pressure, adherence, adverse effects and the results of the quality-of-life questionnaire. People who remain well after a year can be discharged to primary care with a self-management plan.',
  'Potassium should be kept between 4.0 and 5.0 mmol/L throughout. Replace deficits orally whenever possible; intravenous replacement at rates above 10 mmol/h requires continuous cardiac monitoring, a dedicated line and a documented prescription that two registered professionals have independently verified.',
  'Children under twelve years of age were excluded from all of the published studies, and the evidence in adolescents is limited to observational data. The committee therefore made no recommendation for these groups, and identified paediatric dosing as a priority for further research in the coming years.',
  'Vaccination before the season is the most effective preventive measure. A single dose confers protection in four out of five recipients, an effect that declines gradually over five years; booster doses are recommended for healthcare workers, for people over 65 and for those with a weakened immune system.',
  'Economic modelling suggested that early treatment dominates watchful waiting, with an incremental saving of 1,150 per patient and a gain of 0.04 quality-adjusted life years. The findings were sensitive to the price of the diagnostic test and to the proportion of patients who would otherwise be hospitalised.',
  'The diagnosis rests on clinical findings and on confirmation by antigen testing. A negative result in the first two days does not exclude the disease, and testing should be repeated when suspicion remains high; serological methods are useful for epidemiological surveillance but not for individual decisions.',
];

/** With `≥` and `≤`, which standard fonts lack. */
export const UNITS: readonly string[] = [
  'Give 0.5 mg/kg (maximum 40 mg) when lactate is ≥ 4 mmol/L, and 0.25 mg/kg when it is ≥ 2 but < 4 mmol/L. A platelet count ≤ 50 × 10⁹/L, a haemoglobin < 7 g/dL or an INR > 1.5 is to be corrected first. The concentration of the solution is 2.5 × 10⁻³ mol/L, and the body surface area of a typical adult 1.73 m².',
  'A daily intake of 25 µg (1,000 IU) is sufficient for most people; 10–20 µg is enough below ten years. Values of ±5% about the mean are acceptable, and a viral load ≥ 10⁵ copies/mL or a CD4 count ≤ 200 cells/mm³ calls for referral. Infuse at 1–2 mL/kg/h, that is ½ of the rate that is used in children with shock.',
];

export const NOTES: readonly string[] = [
  '¹ The definition follows the imaginary consensus of 2019; earlier documents used a threshold of 38.0 °C and a single reading.',
  '² Two measurements suffice where the laboratory reports an automated differential count.',
  '³ The trial was registered prospectively and funded without any involvement of the manufacturer in its analysis.',
];

export const ITEMS: readonly string[] = [
  'confirm the diagnosis by antigen testing within 24 hours of admission',
  'weigh the patient and calculate the dose from the actual body weight, unless obesity makes an adjusted weight preferable',
  'review all concurrent medication for interactions, including products that were bought without a prescription',
  'document the indication, the planned duration and the date of the first review in the medical record',
];

export const PORTUGUESE: readonly string[] = [
  'A febre imaginária define-se como uma temperatura superior a 38,5 °C em duas medições no mesmo dia, qualquer que seja a causa. Afeta pessoas de todas as idades e é o motivo mais frequente de internamento nas regiões onde os mosquitos fictícios são endémicos; a maioria dos doentes recupera numa semana sem tratamento específico.',
  'Deve oferecer-se fictamicina aos adultos com doença confirmada cujos sintomas durem há mais de três dias. Iniciar com 0,5 mg/kg por via oral duas vezes ao dia, aumentando para 1,25 mg/kg após uma semana se a resposta clínica for insuficiente e o medicamento for bem tolerado. Não exceder 100 mg em 24 horas.',
  'A contagem de leucócitos deve ser determinada antes do tratamento e de duas em duas semanas. Interromper a medicação quando os neutrófilos descerem abaixo de 1,5 × 10⁹/L, e não recomeçar antes de terem subido acima de 2,0 × 10⁹/L em duas determinações consecutivas, separadas por um intervalo mínimo de quatro dias.',
  'As reações de hipersensibilidade são raras, mas podem ser fatais. Antes da primeira administração, perguntar por reações anteriores a antibióticos relacionados, assegurar que a adrenalina está disponível e vigiar o doente durante pelo menos sessenta minutos; posteriormente, fornecer informação escrita sobre os sintomas tardios.',
  'A vacinação antes da estação é a medida preventiva mais eficaz. Uma dose única confere proteção a quatro em cada cinco pessoas, efeito que diminui gradualmente ao longo de cinco anos; recomendam-se doses de reforço aos profissionais de saúde, às pessoas com mais de 65 anos e às que têm o sistema imunitário debilitado.',
  'A insuficiência renal diminui consideravelmente a depuração. Os doentes com uma taxa de filtração glomerular estimada de 30–59 mL/min/1,73 m² devem receber metade da dose habitual; abaixo de 30 mL/min/1,73 m² o medicamento não deve ser utilizado fora de um centro especializado com monitorização das concentrações.',
];
